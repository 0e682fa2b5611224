export type { ChannelStatistics, ReceiveChannel, ReceiveOptions, SendChannel } from "./channel.ts";
export { BrokenResourceError, ClosedResourceError, EndOfChannel, WouldBlock } from "./errors.ts";
export { forEachItem } from "./for-each-item.ts";
export { openMemoryChannel } from "./memory-channel.ts";
export { nullSendChannel } from "./null-send-channel.ts";
