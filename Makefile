# Everything runs on the Node 24 that `npm ci` brings, whatever Node the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

IMAGE ?= observability-agents
TAG ?= latest
DOCKER ?= docker
AGENT ?= target_example

.PHONY: demo test test-browser test-load check unit build image push docs coverage clean

demo: node_modules/.installed ## Run the main job on embedded stand-ins; DURATION=10 stops by itself
	node demo/main.ts --agent $(AGENT) $(if $(DURATION),--duration $(DURATION))

test: check unit ## Format, lint, types and all tests

check: node_modules/.installed
	biome check --error-on-warnings .
	tsc --noEmit --incremental --tsBuildInfoFile node_modules/.cache/types.json
	node docs/generate.ts --check

unit: node_modules/.installed
	vitest run

test-browser: node_modules/.installed ## The stand-in's page in Chromium (set CHROMIUM, or install Debian's chromium)
	TESTS=browser vitest run

test-load: node_modules/.installed ## 20,000 messages at full speed, at servers that are fast, slow and busy
	TESTS=load vitest run

coverage: node_modules/.installed
	vitest run --coverage

docs: node_modules/.installed ## Write what the documentation takes from the code
	node docs/generate.ts

build: node_modules/.installed ## JavaScript into dist/
	rm -rf dist
	tsc -p tsconfig.build.json
	cp -r framework/service/page dist/framework/service/
	cp -r testlib/observability-server/live/page dist/testlib/observability-server/live/
	chmod 755 dist/agents/main.js

image: ## Build the container image: make image IMAGE=name TAG=tag
	$(DOCKER) build -t $(IMAGE):$(TAG) .

push: ## Push the container image: make push IMAGE=name TAG=tag
	$(DOCKER) push $(IMAGE):$(TAG)

clean:
	rm -rf dist coverage node_modules

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
