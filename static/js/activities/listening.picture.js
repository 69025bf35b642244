// The listening card as a picture, to keep or to show: 1080 by 1350, drawn on this phone.
const [WIDE, HIGH, EDGE, GROUND, ROW] = [1080, 1350, 84, 1150, 90]
const INK = "#241C17"
const INK_2 = "#5B4D43"
const PETROL = "#13606B"
const DISPLAY = '"Bricolage", "Atkinson", system-ui, sans-serif'
const BODY = '"Atkinson", system-ui, sans-serif'

export async function picture({ title, day, product, stone, said, counted, counts, step }) {
  await fonts()
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH })
  const pen = canvas.getContext("2d")
  sand(pen)
  pen.drawImage(await asImage(stone), WIDE - EDGE - 252, GROUND - 34, 252, 200)
  write(pen, product, EDGE, HIGH - 76, `750 46px ${DISPLAY}`)
  write(pen, title, EDGE, 146, `780 84px ${DISPLAY}`)
  write(pen, day, EDGE, 208, `400 40px ${BODY}`, INK_2)
  let y = 300
  for (const one of said) y = row(pen, one, y)
  if (counts.length) {
    if (said.length) y += 16
    write(pen, counted, EDGE, y, `700 36px ${BODY}`, INK_2)
    y += 68
  }
  const room = Math.floor((GROUND - (step ? 312 : 60) - y) / ROW) + 1
  for (const one of counts.slice(0, room)) y = row(pen, one, y)
  if (step) note(pen, step, GROUND - 56)
  return new Promise(done => canvas.toBlob(done, "image/png"))
}

/** The rounds as pips, what they are about, and how it was this time. */
function row(pen, { label, under, value, levels, steps }, y) {
  pips(pen, EDGE + 16, y, levels, steps)
  const [x, most] = [EDGE + 40 + 38 * Math.max(levels.length, 1), 170]
  const middle = under ? y - 14 : y + 2
  write(pen, label, x, middle, `400 38px ${BODY}`, INK, "left", WIDE - EDGE - most - x)
  if (under) write(pen, under, x, y + 27, `400 32px ${BODY}`, INK_2, "left", WIDE - EDGE - most - x)
  write(pen, value, WIDE - EDGE, y + 2, `700 42px ${BODY}`, INK, "right", most)
  return y + ROW
}

/** The display letter is on papers only: a phone fetches it when it draws. */
async function fonts() {
  const has = [...document.fonts].some(one => one.family.includes("Bricolage"))
  if (!has) document.fonts.add(new FontFace("Bricolage", `url(${new URL("../../fonts/bricolage.woff2", import.meta.url)})`, { weight: "500 800" }))
  const wanted = [`780 84px ${DISPLAY}`, `400 40px ${BODY}`, `700 40px ${BODY}`]
  await Promise.all(wanted.map(font => document.fonts.load(font))).catch(() => {}) // without a line: another letter
}

/** Sand to stand on, with some grit in it: where it lies is always the same. */
function sand(pen) {
  const far = pen.createLinearGradient(0, 0, 0, HIGH)
  far.addColorStop(0, "#F6EEE0")
  far.addColorStop(1, "#F0E6D5")
  pen.fillStyle = far
  pen.fillRect(0, 0, WIDE, HIGH)
  const near = pen.createLinearGradient(0, GROUND, 0, HIGH)
  near.addColorStop(0, "#E8DCC6")
  near.addColorStop(1, "#DDCDB1")
  pen.fillStyle = near
  pen.strokeStyle = "#D3C2A5"
  pen.lineWidth = 3
  const dune = new Path2D(`M-5 ${GROUND + 14}C220 ${GROUND - 22} 420 ${GROUND + 34} 680 ${GROUND + 8}S990 ${GROUND - 16} 1085 ${GROUND + 6}V${HIGH + 5}H-5Z`)
  pen.fill(dune)
  pen.stroke(dune)
  pen.fillStyle = "#B9A68A"
  for (let n = 0; n < 26; n++) {
    pen.beginPath()
    pen.ellipse((n * 397) % WIDE, GROUND + 46 + ((n * 151) % 170), 3 + (n % 3), 2, 0, 0, 7)
    pen.fill()
  }
}

/** A stone of the page, as a picture of its own. */
async function asImage(stone) {
  const lights = document.getElementById("a-lit").closest("defs").outerHTML
  const copy = stone.cloneNode(true)
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  const [, , wide, high] = copy.getAttribute("viewBox").split(" ").map(Number)
  copy.setAttribute("width", wide * 3)
  copy.setAttribute("height", high * 3)
  copy.insertAdjacentHTML("afterbegin", lights)
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()
  return image
}

function write(pen, text, x, y, font, ink = INK, align = "left", most = WIDE - 2 * EDGE) {
  Object.assign(pen, { font, fillStyle: ink, textAlign: align })
  pen.fillText(fitting(pen, text, most), x, y)
}

function fitting(pen, text, most) {
  if (pen.measureText(text).width <= most) return text
  let cut = text
  while (cut && pen.measureText(`${cut}…`).width > most) cut = cut.slice(0, -1)
  return `${cut.trimEnd()}…`
}

/** In lines that fit. */
function lines(pen, text, most) {
  const found = [""]
  for (const word of text.split(" ")) {
    const longer = `${found.at(-1)} ${word}`.trim()
    if (found.at(-1) && pen.measureText(longer).width > most) found.push(word)
    else found[found.length - 1] = longer
  }
  return found
}

/** Empty, half or full. */
function mark(pen, x, y, size, level, ink = PETROL) {
  pen.strokeStyle = pen.fillStyle = ink
  pen.lineWidth = size / 5
  pen.beginPath()
  pen.arc(x, y, size, 0, 7)
  pen.stroke()
  if (!level) return
  pen.beginPath()
  pen.arc(x, y, size, level === 2 ? 0 : Math.PI / 2, level === 2 ? 7 : 1.5 * Math.PI)
  pen.fill()
}

/** As on the card: a pile for each round, or one mark. */
function pips(pen, x, y, levels, steps) {
  levels.forEach((level, n) => {
    const [at, ink] = [x + n * 38, n === levels.length - 1 ? PETROL : "#8A7A6C"]
    if (steps) return mark(pen, at, y - 12, 14, level, ink)
    const many = Math.min(Math.round(level), 5)
    for (let up = 0; up < many; up++) mark(pen, at, y + 16 - up * 14, 5, 2, ink)
    if (many) return
    pen.fillStyle = ink
    pen.fillRect(at - 9, y + 16, 18, 4)
  })
}

/** The small step, on a paper of its own that ends at `low`. */
function note(pen, { title, text }, low) {
  const [most, letter] = [WIDE - 2 * EDGE - 80, size => `700 ${size}px ${BODY}`]
  const fits = size => ((pen.font = letter(size)), lines(pen, text, most).length < 3)
  const font = letter([44, 40, 36].find(fits) ?? 32)
  pen.font = font
  const said = lines(pen, text, most).slice(0, 2)
  const top = low - 98 - said.length * 54
  Object.assign(pen, { fillStyle: "#FFFFFF", strokeStyle: "#D9A43A", lineWidth: 5 })
  pen.beginPath()
  pen.roundRect(EDGE, top, WIDE - 2 * EDGE, low - top, 40)
  pen.fill()
  pen.stroke()
  write(pen, title, EDGE + 40, top + 60, `700 34px ${BODY}`, INK_2)
  said.forEach((line, n) => write(pen, line, EDGE + 40, top + 118 + n * 54, font, INK, "left", most))
}
