export type { DeadLetterView, DeliverySnapshot, DeliveryView, LaneDepth } from "./delivery-view.ts";
export { type ServiceOptions, useService } from "./service.ts";
