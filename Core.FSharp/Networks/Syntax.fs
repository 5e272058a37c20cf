namespace HadamardNtk.Core

open System

/// The reason why a text is not a network.
type SyntaxError =
    {
        /// The line, from 1.
        Line: int
        /// The column, from 1.
        Column: int
        /// The text at this position.
        Actual: string
        /// The text that could stand there.
        Expected: string
        /// The proposed change, such as the nearest known word, or an empty text.
        Suggestion: string
    }

    /// One line: the position, the text there, the expected text, and the suggestion.
    override this.ToString() =
        let place =
            if this.Line = 1 then
                $"column {this.Column}"
            else
                $"line {this.Line}, column {this.Column}"

        let suggestion = if this.Suggestion = "" then "" else $"; {this.Suggestion}"
        $"network, {place}: read {this.Actual}; expected {this.Expected}{suggestion}"

/// The similarity of words.
[<RequireQualifiedAccess>]
module internal Spelling =
    /// The number of edits between two words. An edit inserts, removes or changes a letter, or exchanges two neighbors.
    let distance (a: string) (b: string) =
        let table = Array2D.init (a.Length + 1) (b.Length + 1) (fun i j -> if i = 0 then j else i)

        for i in 1 .. a.Length do
            for j in 1 .. b.Length do
                let change = if a[i - 1] = b[j - 1] then 0 else 1
                let single = min (min (table[i - 1, j] + 1) (table[i, j - 1] + 1)) (table[i - 1, j - 1] + change)
                let exchanged = i > 1 && j > 1 && a[i - 1] = b[j - 2] && a[i - 2] = b[j - 1]
                table[i, j] <- if exchanged then min single (table[i - 2, j - 2] + 1) else single

        table[a.Length, b.Length]

    /// The number of edits by which a word of a given length may differ from the intended one.
    let private allowed length = if length < 2 then 0 else min 3 ((length + 2) / 3)

    /// The nearest of the known words, if it is near enough.
    let suggest (word: string) known =
        if word.Length > 40 then
            None
        else
            known
            |> Seq.map (fun w -> distance (word.ToLowerInvariant()) w, word[0] <> w[0], w)
            |> Seq.filter (fun (d, _, w) -> d <= allowed (String.length w))
            |> Seq.sort
            |> Seq.tryHead
            |> Option.map (fun (_, _, w) -> w)

    /// The text "did you mean 'relu'?", or an empty text.
    let hint word known =
        match suggest word known with
        | Some w -> $"did you mean '{w}'?"
        | None -> ""

/// The reader of the network language, which reads the characters of a text once, from left to right.
[<AutoOpen>]
module internal Scanner =
    /// A syntax error: its position, the text there (found there if None), the expected text, and a suggestion.
    exception Failure of position: int * actual: string option * expected: string * suggestion: string

    let shorten (text: string) = if text.Length <= 24 then text else text.Substring(0, 21) + "..."

    let isWordStart c = Char.IsAsciiLetter c || c = '_'
    let isWordPart c = Char.IsAsciiLetterOrDigit c || c = '_'

    let isNumber (text: string) =
        let digits from =
            let mutable i = from

            while i < text.Length && Char.IsAsciiDigit text[i] do
                i <- i + 1

            if i > from then ValueSome i else ValueNone

        let exponent from =
            if from < text.Length && (text[from] = 'e' || text[from] = 'E') then
                let signed = from + 1 < text.Length && (text[from + 1] = '+' || text[from + 1] = '-')
                digits (if signed then from + 2 else from + 1)
            else
                ValueSome from

        let fraction from =
            if from < text.Length && text[from] = '.' then
                digits (from + 1)
            else
                ValueSome from

        digits (if text.StartsWith '-' then 1 else 0)
        |> ValueOption.bind fraction
        |> ValueOption.bind exponent
        |> fun stop -> stop = ValueSome text.Length

    let isCount (text: string) = text <> "" && Seq.forall Char.IsAsciiDigit text

    /// The parser's state: a text and a position that only moves forward.
    type Reader(text: string) =
        member val Position = 0 with get, set

        member this.AtEnd = this.Position >= text.Length
        member this.Peek = if this.AtEnd then '\000' else text[this.Position]

        /// Whether the next characters touch the text that was read before.
        member this.IsAdjacent =
            this.Position > 0 && not this.AtEnd && not (Char.IsWhiteSpace this.Peek || this.Peek = '#')

        member this.Skip() =
            while not this.AtEnd && (Char.IsWhiteSpace this.Peek || this.Peek = '#') do
                if this.Peek = '#' then
                    while not this.AtEnd && this.Peek <> '\n' do
                        this.Position <- this.Position + 1
                else
                    this.Position <- this.Position + 1

        member this.Run accept =
            let start = this.Position

            while not this.AtEnd && accept this.Peek do
                this.Position <- this.Position + 1

            text.Substring(start, this.Position - start)

        /// The text at a position, as it is shown in a message.
        member this.Shown position =
            this.Position <- position

            if this.AtEnd then
                "the end of the text"
            elif isWordStart this.Peek then
                $"'{shorten (this.Run isWordPart)}'"
            elif Char.IsControl this.Peek then
                $"the character U+{int this.Peek:X4}"
            elif Char.IsSurrogatePair(text, position) then
                $"'{text.Substring(position, 2)}'"
            else
                $"'{this.Peek}'"

        member _.LineAndColumn position =
            let before = text.Substring(0, min position text.Length)
            let line = before |> Seq.filter ((=) '\n') |> Seq.length
            line + 1, before.Length - (before.LastIndexOf '\n' + 1) + 1

    let fail position expected = raise (Failure(position, None, expected, ""))

    let failAt position actual expected suggestion = raise (Failure(position, Some actual, expected, suggestion))

    let accept (reader: Reader) symbol =
        reader.Skip()
        let found = not reader.AtEnd && reader.Peek = symbol

        if found then
            reader.Position <- reader.Position + 1

        found

    let expect (reader: Reader) symbol described =
        if not (accept reader symbol) then
            fail reader.Position described

    /// The next word, which is not taken.
    let peekWord (reader: Reader) =
        reader.Skip()
        let start = reader.Position

        if not reader.AtEnd && isWordStart reader.Peek then
            let word = reader.Run isWordPart
            reader.Position <- start
            Some word
        else
            None

    let takeWord (reader: Reader) = reader.Run isWordPart |> ignore
