const userInfo = String.raw`(?:(?:[a-z0-9\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?`;
const dottedName = String.raw`(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,}\.?`;
const ipv4 = String.raw`\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`;
const ipv6 = String.raw`\[[a-f0-9]*:[a-f0-9:]+\]`;
const host = `(?:${dottedName}|localhost|${ipv4}|${ipv6})`;
const notWhiteSpace = String.raw`[^\s\x1c-\x1f\x85]`; // the server also counts these control characters as white space
const acceptedUrl = new RegExp(
  String.raw`^(?:https?|ftps?)://${userInfo}${host}(?::\d+)?(?:/?|[/?]${notWhiteSpace}+)$`,
  "i",
);

/**
 * True for the URLs the server takes: http(s) or ftp(s), and a host that is a dotted name, `localhost` or an IP address.
 * `http://airflow:8080/` is not one.
 * @see observability-api.md, 6.1
 */
export function isAcceptedUrl(text: string): boolean {
  return acceptedUrl.test(text);
}
