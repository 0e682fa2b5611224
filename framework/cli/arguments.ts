import { type Command, InvalidArgumentError } from "commander";

/** What every command on the store may be given. */
export interface StoreOptions {
  readonly stateDir?: string;
  readonly json?: boolean;
}

export function takesStore(command: Command): Command {
  return command.option("--state-dir <directory>", "the agent's state directory; by default the configured one");
}

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

export function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It must be 1 or more.");
  return number;
}

export function wholeNumbers(text: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), wholeNumber(text)];
}
