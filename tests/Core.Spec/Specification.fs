namespace HadamardNtk.Core.Spec

open System
open System.Collections.Concurrent
open System.IO
open System.Reflection
open System.Threading
open Xunit
open Xunit.v3

/// What a test's law says, as a formula: it stands beside the test's name in docs/specification.md.
[<Sealed; AttributeUsage(AttributeTargets.Method)>]
type LawAttribute(formula: string) =
    inherit Attribute()
    /// The formula.
    member _.Formula = formula

/// The chapter of docs/specification.md that a module's laws stand in, where its name does not tell.
[<Sealed; AttributeUsage(AttributeTargets.Class)>]
type ChapterAttribute(title: string) =
    inherit Attribute()
    /// The chapter's title.
    member _.Title = title

/// The document docs/specification.md: every law of this project by the name of its test, with its formula and the
/// number of cases that were run. Written where HNTK_SPECIFICATION says, anew after every test.
[<RequireQualifiedAccess>]
module Specification =
    /// The folder of Hybrid.sln, found from the folder that the tests run in.
    let private root =
        let rec up (folder: DirectoryInfo) =
            match File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")), folder.Parent with
            | true, _ -> folder.FullName
            | _, null -> invalidOp "Hybrid.sln is in no folder above the tests."
            | _, parent -> up parent

        up (DirectoryInfo AppContext.BaseDirectory)

    let private target =
        match Environment.GetEnvironmentVariable "HNTK_SPECIFICATION" with
        | null
        | "" -> None
        | path -> Some(Path.Combine(root, path))

    /// The chapters, and what a module's name contains whose laws belong there.
    let private chapters =
        [ "Notation", [ "Notation" ]
          "Independence calculus", [ "Calculus"; "Joins" ]
          "Duals", [ "Dual"; "AnyPhi"; "Hermite" ]
          "Kernels", [ "Golden"; "Kernel"; "Readme" ]
          "Schur and rings", [ "Schur"; "Ring" ]
          "Backends", [ "Compiled"; "Single"; "Strip"; "Backend" ]
          "Numbers of 32 digits", [ "DoubleDouble"; "Precise" ]
          "Learning", [ "Regression"; "Learning"; "Dynamics"; "Solver" ]
          "Finite networks", [ "Finite" ]
          "Spectra", [ "Spectr"; "Sphere"; "Alignment" ]
          "Studies", [ "Stud"; "Extrapolation"; "Bias"; "Linearized"; "Bottleneck"; "DeepLinear" ] ]

    let private otherwise = "Other laws"

    let private chapterOf (definer: Type) =
        match definer.GetCustomAttribute<ChapterAttribute>() with
        | null ->
            chapters
            |> List.tryFind (snd >> List.exists (fun (word: string) -> definer.Name.Contains word))
            |> Option.map fst
            |> Option.defaultValue otherwise
        | chapter -> chapter.Title

    // A test is running where its law is called, on whichever thread.
    let private running = AsyncLocal<MethodInfo option>()
    let private runs = ConcurrentDictionary<MethodInfo, int>()
    let private generated = ConcurrentDictionary<MethodInfo, int>()
    let private needed = ConcurrentDictionary<MethodInfo, string>()

    let private add (counts: ConcurrentDictionary<MethodInfo, int>) test n =
        counts.AddOrUpdate(test, n, (fun _ before -> before + n)) |> ignore

    // A parameter without a type makes a theory generic, and what ran is then not the method that the document lists.
    let internal start (test: MethodInfo) =
        if test.IsGenericMethod then
            invalidOp $"'{test.Name}' is generic: give every parameter its type, so that the specification counts it."

        if target.IsSome then
            running.Value <- Some test
            add runs test 1

    /// Adds so many generated values, for which a law held, to the running test's cases.
    let count n = running.Value |> Option.iter (fun test -> add generated test n)

    /// Says that the running test needs something that not every machine has: the text is the same with it and without.
    let needs what cases =
        running.Value
        |> Option.iter (fun test -> needed[test] <- $"{cases} cases, run where there is {what}")

    let private casesOf test =
        match generated.TryGetValue test, runs.TryGetValue test with
        | _ when needed.ContainsKey test -> needed[test]
        | (true, n), _ -> $"{n} cases"
        | _, (true, 1) -> "once"
        | _, (true, n) -> $"{n} cases"
        | _ -> "not run"

    let private lawOf (test: MethodInfo) =
        match test.GetCustomAttribute<LawAttribute>() with
        | null -> $"- {test.Name} ({casesOf test})"
        | law -> $"- {test.Name}: `{law.Formula}` ({casesOf test})"

    /// The comment that a module's file begins with.
    let private summaryOf (definer: Type) =
        let folder = Path.Combine(root, "tests", "Core.Spec")

        let file =
            Directory.EnumerateFiles(folder, definer.Name + ".fs", SearchOption.AllDirectories) |> Seq.tryHead

        match file |> Option.bind (File.ReadLines >> Seq.tryHead) with
        | Some line when line.StartsWith "/// " -> [ line.Substring 4; "" ]
        | _ -> []

    let private tests (definer: Type) =
        definer.GetMethods(BindingFlags.Public ||| BindingFlags.Static)
        |> Array.filter (fun m -> not (isNull (m.GetCustomAttribute<FactAttribute>())))
        |> Array.sortBy _.MetadataToken
        |> List.ofArray

    let private sectionOf definer laws =
        [ ""; $"### {(definer: Type).Name}"; ""; yield! summaryOf definer; yield! List.map lawOf laws ]

    let private heading =
        [ "# Specification"
          ""
          "What holds, chapter by chapter: each line is the name of a test in `tests/Core.Spec`, its formula where it has one, and"
          "the number of cases that it was run on. This file is made by running the tests:"
          ""
          "```"
          "HNTK_SPECIFICATION=docs/specification.md dotnet test tests/Core.Spec -c Release"
          "```" ]

    let private document () =
        let project = File.ReadAllText(Path.Combine(root, "tests", "Core.Spec", "Core.Spec.fsproj"))

        // In a folder or beside the project.
        let placeOf (definer: Type) =
            [ '/'; '"' ]
            |> List.map (fun before -> project.IndexOf($"{before}{definer.Name}.fs\"", StringComparison.Ordinal))
            |> List.max

        let modules =
            Assembly.GetExecutingAssembly().GetTypes()
            |> List.ofArray
            |> List.sortBy placeOf
            |> List.map (fun definer -> definer, tests definer)
            |> List.filter (snd >> List.isEmpty >> not)
            |> List.groupBy (fst >> chapterOf)

        // Known chapters in their order, those that modules name themselves after them.
        let order =
            List.map fst chapters @ (List.map fst modules |> List.except (otherwise :: List.map fst chapters))

        [ yield! heading
          for title in order @ [ otherwise ] do
              match List.tryFind (fst >> (=) title) modules with
              | None -> ()
              | Some(_, definers) ->
                  yield! [ ""; $"## {title}" ]
                  yield! definers |> List.collect (fun (definer, laws) -> sectionOf definer laws) ]

    let internal write () =
        match target with
        | None -> ()
        | Some path -> lock runs (fun () -> File.WriteAllText(path, String.Join("\n", document ()) + "\n"))

/// Tells the specification of every test of the assembly.
[<Sealed; AttributeUsage(AttributeTargets.Assembly)>]
type RecordedAttribute() =
    inherit BeforeAfterTestAttribute()
    override _.Before(test, _) = Specification.start test
    override _.After(_, _) = Specification.write ()

module private Everywhere =
    [<assembly: Recorded>]
    do ()
