namespace HadamardNtk.Core

open System

/// The channels of a finite signal by kind: the lengths of the runs of equal channels, in order. The runs of a concat
/// are those of its networks, and channelwise operations keep them. A part of a signal has every run in its proportion.
module internal ChannelLayout =
    /// A single run of equal channels.
    let uniform channels = [| channels |]

    let private ends runs = Array.scan (+) 0 runs

    let private runs (ends: int[]) = Array.pairwise ends |> Array.map (fun (a, b) -> b - a)

    // Two concats that split a width in the same proportion, but with different sums of weights, may be a channel
    // apart.
    let private isShifted isSingle (before: int) (after: int) = after - before = 1 && not isSingle

    /// The runs of signals of one width that meet channel by channel. A run ends where a run of any of the signals
    /// ends.
    let meet (layouts: int[] list) =
        match List.distinct layouts with
        | [ one ] -> one
        | several ->
            let isSingle = several |> List.exists (Array.contains 1)
            let all = several |> List.map ends |> Array.concat |> Array.distinct |> Array.sort
            let last = Array.last all

            let kept =
                (([], all[0]), all[1..])
                ||> Array.fold (fun (kept, before) after ->
                    if isShifted isSingle before after && after <> last then
                        kept, before
                    else
                        after :: kept, after)
                |> fst

            runs (Array.ofList (0 :: List.rev kept))

    /// The numbers of `count` channels that represent a signal, and their runs. A narrower signal is repeated. A wider
    /// one gives the first channels of each run in proportion, with rounded boundaries. The result is None if a run
    /// would be empty.
    let take count (layout: int[]) =
        let whole = Array.sum layout

        if count = whole then
            Some(Array.init count id, layout)
        elif count > whole then
            Some(Array.init count (fun i -> i % whole), uniform count)
        else
            let starts = ends layout

            let shares =
                starts |> Array.map (fun e -> int (Math.Round(float count * float e / float whole))) |> runs

            let first n share = Array.init share (fun i -> starts[n] + i)

            if Array.contains 0 shares then
                None
            else
                Some(Array.mapi first shares |> Array.concat, shares)
