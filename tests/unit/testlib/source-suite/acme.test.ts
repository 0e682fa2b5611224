import { describeSource } from "../../../../testlib/index.ts";
import { acmeSource } from "./acme/source.ts";

describeSource(acmeSource());
