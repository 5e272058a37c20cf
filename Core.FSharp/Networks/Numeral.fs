namespace HadamardNtk.Core

open System
open System.Globalization

/// Numbers as the notation writes them: factor {('*' | '/') factor}, where a factor is a decimal number, or sqrt(a) or
/// sqrt(a/b) of decimal numbers.
[<RequireQualifiedAccess>]
module internal Numeral =
    let private rootWord = "sqrt"

    /// Whether a text ends in 'sqrt' as a factor of its own, so that '(' opens its argument.
    let endsInRoot (text: Text.StringBuilder) =
        let before = text.Length - rootWord.Length - 1

        before >= -1
        && text.ToString(before + 1, rootWord.Length) = rootWord
        && (before = -1 || Seq.contains text[before] "*/:-")

    let private decimal (text: string) =
        if isNumber text then
            Some(Double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
        else
            None

    let private ratio (text: string) =
        match text.Split '/' with
        | [| a |] -> decimal a
        | [| a; b |] -> Option.map2 (/) (decimal a) (decimal b)
        | _ -> None

    let private factor (text: string) =
        let isNegative = text.StartsWith("-" + rootWord, StringComparison.Ordinal)
        let rest = if isNegative then text.Substring 1 else text

        if rest.StartsWith(rootWord + "(", StringComparison.Ordinal) && rest.EndsWith ')' then
            let inner = rest.Substring(rootWord.Length + 1, rest.Length - rootWord.Length - 2)
            ratio inner |> Option.map (sqrt >> if isNegative then (~-) else id)
        else
            decimal text

    /// The factors of a product, each with the operation before it. Signs inside parentheses do not separate.
    let private factors (text: string) =
        let ends =
            [ let mutable depth = 0

              for i in 0 .. text.Length - 1 do
                  match text[i] with
                  | '(' -> depth <- depth + 1
                  | ')' -> depth <- depth - 1
                  | '*'
                  | '/' when depth = 0 -> i
                  | _ -> () ]

        List.zip (-1 :: ends) (ends @ [ text.Length ])
        |> List.map (fun (before, stop) ->
            (if before < 0 then '*' else text[before]), text.Substring(before + 1, stop - before - 1))

    /// The value of a text, from left to right, or None if it is no number. It is not finite for a division by 0, the
    /// root of a negative number, and numbers beyond the range of float64.
    let read text =
        let rec product value rest =
            match value, rest with
            | Some a, (operation, text) :: rest ->
                let next = factor text |> Option.map (fun b -> if operation = '*' then a * b else a / b)
                product next rest
            | _ -> value

        match factors text with
        | (_, first) :: rest -> product (factor first) rest
        | [] -> None
