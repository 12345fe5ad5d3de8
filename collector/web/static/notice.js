// Sound and the browser's notifications: silent until somebody asks for them, and remembered in this browser alone.

import { t } from "./words.js";

const MANY = 3; // more at once are told as one
const NOTES_HZ = [660, 880];

export class Notices {
  /** Two buttons that are pressed or not. */
  constructor(sound, note) {
    this.sound = sound;
    this.note = note;
    this.waiting = [];
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

  /** Something that somebody should know; what comes at the same time is told together. */
  tell(what) {
    if (!this.on(this.sound) && !this.on(this.note)) return;
    if (!this.waiting.length) setTimeout(() => this.say(this.waiting.splice(0)), 50);
    this.waiting.push(what);
  }

  say(all) {
    if (this.on(this.sound)) this.ring();
    if (!this.on(this.note)) return;
    if (all.length > MANY) new Notification(t("{n} sessions need somebody", { n: all.length }), { tag: "many" });
    else for (const { title, body, tag } of all) this.show(title, body, tag);
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
