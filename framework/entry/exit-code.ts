/** How the process ends. 78 is EX_CONFIG of sysexits.h; a second signal gives 128 and the signal's number. */
export const exitCodes = { clean: 0, failed: 1, configuration: 78, interrupted: 130, terminated: 143 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
