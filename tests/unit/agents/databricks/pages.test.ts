import { readPages } from "../../../../agents/databricks/pages.ts";
import { describe, expect, test, thrownBy } from "../../../../testlib/index.ts";

type Page = { readonly items: readonly number[]; readonly nextToken: string | undefined };

/** Reads pages by the token that asks for them. @returns what was taken */
function* readAll(pages: ReadonlyMap<string | undefined, Page>, taken: number[] = []) {
  yield* readPages(
    "The list",
    function* (token) {
      const page = pages.get(token);
      if (page === undefined) throw new Error(`There is no page ${token}.`);
      return page;
    },
    function* ({ items }) {
      taken.push(...items);
    },
  );
  return taken;
}

describe("readPages", () => {
  test("goes on from page to page, also through one that is empty", function* () {
    const pages = new Map<string | undefined, Page>([
      [undefined, { items: [1, 2], nextToken: "a" }],
      ["a", { items: [], nextToken: "b" }],
      ["b", { items: [3], nextToken: undefined }],
    ]);
    expect(yield* readAll(pages)).toEqual([1, 2, 3]);
  });

  test("keeps what came before a page that fails", function* () {
    const taken: number[] = [];
    const pages = new Map([[undefined, { items: [1], nextToken: "a" }]]);
    expect(yield* thrownBy(() => readAll(pages, taken))).toMatchObject({ message: "There is no page a." });
    expect(taken).toEqual([1]);
  });

  test.each([
    ["its own", "a", "a"],
    ["an earlier one's", "b", "a"],
  ])("stops at a page that leads to %s", function* ([, second, third]) {
    const pages = new Map<string | undefined, Page>([
      [undefined, { items: [1], nextToken: "a" }],
      ["a", { items: [2], nextToken: second }],
      ["b", { items: [3], nextToken: third }],
    ]);
    expect(yield* thrownBy(() => readAll(pages))).toMatchObject({
      code: "E_DATABRICKS_PAGES",
      message: 'The list leads in a circle: a page has next_page_token "a".',
    });
  });

  test("stops somewhere, whatever tokens come", function* () {
    let page = 0;
    const error = yield* thrownBy(() =>
      readPages(
        "The list",
        function* () {
          return { nextToken: `token ${++page}` };
        },
        function* () {},
      ),
    );
    expect(error).toMatchObject({
      code: "E_DATABRICKS_PAGES",
      message: 'The list has more than 10000 pages: the last one has next_page_token "token 10001".',
    });
  });
});
