import { pino } from "pino";

/** An error as a line of log has it: as pino does it, but a cause whose words the message has already is not told twice. */
export function toLoggedError(error: Error): object {
  const logged = pino.stdSerializers.err(error);
  if (!(error instanceof Error)) return logged; // pino hands over whatever is called `err`
  logged.message = messageWithCauses(error);
  if (error instanceof AggregateError) logged["aggregateErrors"] = error.errors.map(toLoggedError);
  return logged;
}

function messageWithCauses(error: Error): string {
  let { message } = error;
  const seen = new Set<unknown>([error]);
  for (let { cause } = error; cause instanceof Error && !seen.has(cause); { cause } = cause) {
    seen.add(cause);
    if (!message.includes(withoutStop(cause.message))) message = `${withoutStop(message)}: ${cause.message}`;
  }
  return message;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
