import { describeFullSpeed } from "../functional/target_example/full-speed.ts";

describeFullSpeed(20_000);
