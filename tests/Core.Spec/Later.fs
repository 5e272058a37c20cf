namespace HadamardNtk.Core.Spec

/// What newer versions of FSharp.Core have than the one that the core is built with.
[<AutoOpen>]
module internal Later =
    /// A value that must be there.
    let nonNull (value: 'T | null) : 'T =
        match value with
        | null -> nullArg (nameof value)
        | there -> there

    [<RequireQualifiedAccess>]
    module Result =
        let isOk =
            function
            | Ok _ -> true
            | Error _ -> false

        let isError result = not (isOk result)

        let defaultWith otherwise =
            function
            | Ok value -> value
            | Error error -> otherwise error

        let iter act =
            function
            | Ok value -> act value
            | Error _ -> ()
