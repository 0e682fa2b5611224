import { AgentError } from "../../toolkit/errors.ts";

interface Opening {
  readonly schema: unknown;
  holders: number;
}

/** The states that are open, with the schema of each: under two, each would lose what the other has set. */
export class OpenStates {
  readonly #byName = new Map<string, Opening>();

  /**
   * @returns what closes it
   * @throws {AgentError} `E_STATE_OPEN` while it is open with another schema
   */
  open(name: string, schema: unknown): () => void {
    const opening = this.#byName.get(name) ?? { schema, holders: 0 };
    if (opening.schema !== schema) throw openOtherwise(name);
    this.#byName.set(name, opening);
    opening.holders++;
    return () => {
      opening.holders--;
      if (opening.holders === 0) this.#byName.delete(name);
    };
  }
}

function openOtherwise(name: string): AgentError {
  const fix = "Give each state a name of its own; who shares one opens it with the same schema, from one constant.";
  return new AgentError("E_STATE_OPEN", `The state "${name}" is open already, with another schema. ${fix}`);
}
