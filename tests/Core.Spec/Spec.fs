/// Laws run on generated values, with a seed that is printed and can be given again.
module HadamardNtk.Core.Spec.Spec

open System
open FsCheck
open FsCheck.FSharp
open Xunit

/// The seed of every generated value: HNTK_SEED, or the same number each time.
let seed =
    match Environment.GetEnvironmentVariable "HNTK_SEED" with
    | null
    | "" -> 20_260_117UL
    | text -> UInt64.Parse text

let private runner finished =
    { new IRunner with
        member _.OnStartFixture _ = ()
        member _.OnArguments(_, _, _) = ()
        member _.OnShrink(_, _) = ()
        member _.OnFinished(_, result) = finished result }

/// Fails unless the law, which raises where it is broken, holds for `count` generated values. The message carries the
/// seed, the shrunk counterexample as `show` writes it, and what the law said there.
let holds count (show: 'a -> string) (values: Arbitrary<'a>) (law: 'a -> unit) =
    let mutable finished = ValueNone

    let config =
        Config.Quick
            .WithMaxTest(count)
            .WithReplay(Some({ Rnd = Rnd seed; Size = None }))
            .WithRunner(runner (fun result -> finished <- ValueSome result))

    Check.One(config, Prop.forAll values law)

    match finished with
    | ValueSome(FsCheck.TestResult.Passed(data, _)) -> Specification.count data.NumberOfTests
    | ValueSome(FsCheck.TestResult.Failed(_, _, shrunk, outcome, _, _, _)) ->
        let value = shrunk |> List.map (fun o -> show (unbox<'a> o)) |> String.concat ", "
        Assert.Fail $"broken by {value}\n(HNTK_SEED={seed})\n{outcome}"
    | _ -> Assert.Fail $"not enough values were generated (HNTK_SEED={seed})"

/// Counts the cases of a law that leaves some out, as where a kernel is refused. A law that left out nearly all would
/// hold by itself.
type Checked(least: float) =
    let mutable all = 0
    let mutable some = 0

    /// Counts a case, and whether the law said something of it.
    member _.Add isChecked =
        all <- all + 1
        some <- some + (if isChecked then 1 else 0)

    /// Fails unless the law said something of the least share of the cases.
    member _.Require() =
        Assert.True(all > 0 && float some >= least * float all, $"the law was checked in {some} of {all} cases only")

/// The same as `holds` for a law that leaves some values out, and says of each whether it did: at least a share is checked.
let holdsMostly least count show values law =
    let counted = Checked least
    holds count show values (law >> counted.Add)
    counted.Require()

/// Fails with a message unless |actual - expected| <= tolerance; a NaN fails.
let near what (tolerance: float) (expected: float) (actual: float) =
    if not (abs (actual - expected) <= tolerance || actual = expected) then
        let error = abs (actual - expected)
        Assert.Fail $"{what}: {actual:R}, not {expected:R}: off by {error:E2} where {tolerance:E2} is allowed"

/// The same bits, except that the two zeros and all NaN are one.
let same what (expected: float) (actual: float) =
    if not (actual.Equals expected || actual = expected) then
        Assert.Fail $"{what}: {actual:R}, not {expected:R} to the last bit"
