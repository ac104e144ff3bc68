/** What can be done with a found document: each act asks the agent, and says what came of it. */

import { t } from "../words/language.js";

/** @typedef {{ id: string, path: string, name: string }} Found */

/**
 * @param {import("../page/api.js").Api} api
 * @param {import("../page/notices.js").Notices} notices
 */
export function makeActing(api, notices) {
  /** @param {Found} found @param {{ reveal: boolean }} how */
  async function opening({ id, name }, { reveal }) {
    await notices.saying(async () => {
      const { message } = await api.post("open", { id, reveal });
      return message || t(reveal ? "revealed" : "opened", { name });
    });
  }
  return {
    /** @param {Found} found */
    open: (found) => opening(found, { reveal: false }),
    /** @param {Found} found */
    reveal: (found) => opening(found, { reveal: true }),
    /** @param {string} text */
    copy: (text) =>
      notices.saying(async () => {
        await navigator.clipboard.writeText(text);
        return t("copied");
      }),
  };
}
