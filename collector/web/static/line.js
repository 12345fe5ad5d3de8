// The line to the collector: joins by itself, says when it is lost, and never pretends.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const SILENCE_MS = 25_000; // the collector speaks at least every 10 s
const SIGNED_OUT = 4401;

export class Line {
  /** `hear(message)` for what was said; `tell(state, since)` with "live" or "lost". */
  constructor(path, hear, tell) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.hear = hear;
    this.tell = tell;
    this.wait = FIRST_WAIT_MS;
    this.heardAt = null;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.socket || this.now());
    setInterval(() => this.listen(), 1_000);
    this.join();
  }

  join() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.joinedAt = performance.now();
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.heardAt = performance.now();
      this.wait = FIRST_WAIT_MS;
      this.hear(JSON.parse(data));
      this.say("live");
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.lose(code);
    };
  }

  lose(code) {
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.onclose = socket.onmessage = null;
    socket?.close();
    if (code === SIGNED_OUT) {
      location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    this.say("lost");
    this.timer = setTimeout(() => this.join(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  now() {
    if (this.socket) return;
    this.wait = FIRST_WAIT_MS;
    this.join();
  }

  listen() {
    const last = Math.max(this.heardAt ?? 0, this.joinedAt);
    if (this.socket && performance.now() - last > SILENCE_MS) this.lose();
  }

  say(state) {
    if (state === this.state) return;
    this.state = state;
    this.tell(state);
  }
}
