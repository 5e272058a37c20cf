namespace HadamardNtk.Core

open System
open System.Globalization

/// The values of options in the network language: numbers, choices, extents and windows, or the failure that says what
/// was expected.
[<AutoOpen>]
module internal NotationValues =
    /// The words of the notation by their names.
    let known = Vocabulary.words |> List.map (fun word -> word.Name, word) |> Map.ofList

    /// An option as it is given, and where.
    type Given = { Key: string; Text: string; At: int }

    /// The contents of a layer's parentheses.
    type Arguments = { Options: Given list; Networks: Layer list }

    let private forms = "numbers look like 1.5, -2e-3, 2/3, sqrt(2) or 2*sqrt(2), without spaces"

    let private number word given (text: string) =
        let refuse expected suggestion =
            failAt given.At $"'{shorten given.Text}'" $"{expected} for {given.Key} of {word}" suggestion

        match Numeral.read text with
        | _ when text = "he" && given.Key = "w" -> sqrt 2.0
        | Some x when Double.IsFinite x -> x
        | Some x when Double.IsNaN x -> refuse "a finite number" "no root of a negative number, no division by 0"
        | Some _ when text.Contains '/' -> refuse "a number below 1.8e308" "no division by 0"
        | Some _ -> failAt given.At $"'{shorten given.Text}'" $"a number for {given.Key} of {word} below 1.8e308" ""
        | None -> refuse "a number" (if Seq.exists (fun c -> c = '*' || c = '/' || c = '(') text then forms else "")

    /// The numbers of an option of a kind.
    let values word kind given =
        match kind with
        | Real -> [ number word given given.Text ]
        | NonNegative ->
            let x = number word given given.Text

            if x < 0.0 then
                failAt given.At $"'{given.Text}'" $"a number that is not negative for {given.Key} of {word}" ""

            [ x ]
        | Whole(lower, upper) ->
            let inRange =
                isCount given.Text
                && given.Text.TrimStart('0').Length <= 10
                && (let n = Int64.Parse given.Text in n >= int64 lower && n <= int64 upper)

            if not inRange then
                failAt
                    given.At
                    $"'{shorten given.Text}'"
                    $"a whole number from {lower} to {upper} for {given.Key} of {word}"
                    ""

            [ Double.Parse(given.Text, CultureInfo.InvariantCulture) ]
        | Numbers most ->
            let texts = given.Text.Split ':'

            if texts.Length > most then
                failAt given.At $"{texts.Length} numbers" $"at most {most} numbers for {given.Key} of {word}" ""

            texts |> Array.map (number word given) |> Array.toList

    /// The option of a key, if it is given.
    let find arguments key = arguments.Options |> List.tryFind (fun given -> given.Key = key)

    /// The number of an option, or the number that stands for it.
    let numberOr word arguments key fallback =
        find arguments key
        |> Option.map (fun given -> values word Real given |> List.head)
        |> Option.defaultValue fallback

    /// The choice that a word names.
    let choice word arguments key choices fallback =
        match find arguments key with
        | None -> fallback
        | Some given ->
            match List.tryFind (fun (text, _) -> text = given.Text) choices with
            | Some(_, value) -> value
            | None ->
                let allowed = choices |> List.map fst |> String.concat " or "

                failAt
                    given.At
                    $"'{shorten given.Text}'"
                    $"{allowed} for {given.Key} of {word}"
                    (Spelling.hint given.Text (List.map fst choices))

    /// The whole number of an option of at least 1, if it is given.
    let whole word arguments key =
        find arguments key
        |> Option.map (fun given ->
            match known[word].Options |> List.find (fun o -> o.Key = key) |> _.Text with
            | Value kind -> values word kind given |> List.head |> int
            | _ -> invalidOp $"{key} of {word} is no number.")

    /// The value of an option that must be given.
    let required word position value key =
        match value with
        | Some x -> x
        | None -> failAt position $"'{word}' without {key}" $"{word}({key}=...)" $"give {key} a value"

    /// Numbers of at least 1 joined by x, as in 3x3.
    let extents word least most given =
        let parts = given.Text.Split 'x'

        if
            parts.Length < least
            || parts.Length > most
            || parts |> Array.exists (fun part -> not (isCount part) || part.Length > 6 || int part < 1)
        then
            failAt given.At $"'{shorten given.Text}'" $"{Vocabulary.extents least most} for {given.Key} of {word}" ""

        parts |> Array.map int |> List.ofArray

    /// Two columns joined by a colon.
    let range word given =
        match given.Text.Split ':' with
        | [| first; last |] when
            isCount first && isCount last && first.Length <= 9 && last.Length <= 9 && int first < int last
            ->
            int first, int last
        | _ ->
            failAt
                given.At
                $"'{shorten given.Text}'"
                $"two columns as in 0:784, the one after the last behind, for {given.Key} of {word}"
                ""

    /// A window, with the size, the stride by the size, and the padding that stand for options that are not given.
    let window word arguments size stride padding =
        let size = find arguments "k" |> Option.map (extents word 1 2) |> Option.defaultValue size

        { Size = size
          Stride = find arguments "stride" |> Option.map (extents word 1 2) |> Option.defaultValue (stride size)
          Padding = choice word arguments "pad" [ "same", Same; "valid", Valid; "circular", Circular ] padding }

    /// The words of a flag.
    let booleans = [ "true", true; "false", false ]
