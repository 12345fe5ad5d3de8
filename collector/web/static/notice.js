// Sound and the browser's notifications follow the alerts: silent until somebody asks for them, and remembered in this
// browser alone.

import { ask, Trouble } from "./api.js";
import { t } from "./words.js";

const MANY = 3; // more at once are told as one
const MOST = 50;
const NOTES_HZ = [660, 880];

export class Notices {
  /** Two buttons that are pressed or not; `concerns(alert)` says whether it is the reader's. */
  constructor(sound, note, concerns) {
    this.sound = sound;
    this.note = note;
    this.concerns = concerns;
    this.kinds = JSON.parse(note.dataset.kinds);
    this.wear(sound, localStorage.getItem("sound") === "on");
    this.wear(note, localStorage.getItem("note") === "on" && globalThis.Notification?.permission === "granted");
    sound.addEventListener("click", () => this.turnSound());
    note.addEventListener("click", () => this.turnNote());
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.wake(), { once: true });
  }

  wear(button, on) {
    button.setAttribute("aria-pressed", String(on));
  }

  on(button) {
    return button.getAttribute("aria-pressed") === "true";
  }

  turnSound() {
    const on = !this.on(this.sound);
    localStorage.setItem("sound", on ? "on" : "off");
    this.wear(this.sound, on);
    if (!on) return;
    this.wake();
    this.ring();
  }

  async turnNote() {
    if (this.on(this.note)) {
      localStorage.setItem("note", "off");
      this.wear(this.note, false);
      return;
    }
    const answer = globalThis.Notification ? await Notification.requestPermission() : "denied";
    localStorage.setItem("note", answer === "granted" ? "on" : "off");
    this.wear(this.note, answer === "granted");
    this.note.title = answer === "granted" ? "" : t("The browser allows no notifications of this page.");
  }

  /** A browser lets nothing sound before it was touched. */
  wake() {
    if (this.on(this.sound)) (this.audio ??= new AudioContext()).resume();
  }

  /** The number of the newest alert: those that were made since the page knows it are told. */
  async follow(newest) {
    const known = this.known ?? newest;
    this.known = Math.max(known, newest);
    if (newest <= known || !(this.on(this.sound) || this.on(this.note))) return;
    try {
      const { items } = await ask("GET", `/alerts?limit=${MOST}`);
      this.tell(items.filter((alert) => alert.id > known && alert.id <= newest && this.concerns(alert)).reverse());
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
    }
  }

  tell(alerts) {
    if (alerts.length && this.on(this.sound)) this.ring();
    if (!this.on(this.note)) return;
    if (alerts.length > MANY) this.show(t("{n} new alerts", { n: alerts.length }), alerts.map((alert) => this.title(alert)).join("\n"), "many");
    else for (const alert of alerts) this.show(this.title(alert), document.documentElement.lang === "it" ? alert.text_it : alert.text, `alert-${alert.id}`);
  }

  title(alert) {
    const who = alert.customer ?? ([alert.tool_name, alert.peer].filter(Boolean).join(" ") || t("Unknown"));
    return `${who}: ${this.kinds[alert.kind] ?? alert.kind}`;
  }

  show(title, body, tag) {
    const note = new Notification(title, { body, tag });
    note.onclick = () => {
      focus();
      note.close();
    };
  }

  ring() {
    const audio = this.audio;
    if (audio?.state !== "running") return;
    NOTES_HZ.forEach((hz, i) => {
      const at = audio.currentTime + i * 0.16;
      const tone = new OscillatorNode(audio, { frequency: hz });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.45);
    });
  }
}
