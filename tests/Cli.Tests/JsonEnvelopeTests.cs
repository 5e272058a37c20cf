using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What every command prints with --json has the form of docs/json-schema.json, errors too.</summary>
public class JsonEnvelopeTests : TrainedCommandLine
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Hntk.Root, "docs", "json-schema.json"));
    private static readonly JsonSchema Schema = JsonSchema.FromText(Text);
    private static readonly JsonNode Definitions = JsonNode.Parse(Text)!["$defs"]!;

    public JsonEnvelopeTests()
    {
        Put("x.csv", "3,0.1\n2.5,-0.2\n-0.1,2\n0.3,3\n1,1\n");
        Put("y.csv", "1\n0.5\n-2\n3\n1\n");
        Put("labels.csv", "1\n1\n2\n2\n1\n");
        Put("net", $"{Relu}\n");
        Put("images.npy", Npy.Shaped(Samples(40, 2), "(40, 1, 2, 1)"));
        Put("sorts.csv", string.Concat(Enumerable.Repeat("1\n2\n", 20)));
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("demo --out d")]
    [InlineData("explain --net @net")]
    [InlineData("gram --net @net --x x.csv --out K.npy")]
    [InlineData("gram --net @net --x x.csv --out K.npy --resume")]
    [InlineData("gram --net @net --x x.csv --x2 x.csv[:2] --kernel nngp --precision f32 --out K.npy")]
    [InlineData("gram --net @net --x x.csv --diagonal --out d.npy")]
    [InlineData("gram --net @net --x x.csv --part 1/2 --out p")]
    [InlineData("matvec --net @net --x x.csv --v y.csv --out V.npy")]
    [InlineData("fit --net @net --x x.csv --y y.csv --ridge 0.1 --center-y --scale auto --model m")]
    [InlineData("fit --net @net --x x.csv --y labels.csv --classify --ridge 0.1 --solver cg --model m")]
    [InlineData("compare --net @net --net dense --x x.csv --y y.csv --folds 2 --seeds 2 --kernel ntk,nngp --ridge 0.1,1")]
    [InlineData("compare --net @net --x x.csv --y labels.csv --classify --folds 2 --seeds 1 --ridge 0.1 --format latex")]
    [InlineData("dynamics --net @net --x x.csv --y y.csv --ridge 0.1 --times 0,1,inf --out f")]
    [InlineData("spectrum --net @net --x x.csv --out s")]
    [InlineData("spectrum --net @net --sphere 5 --degrees 10 --out s")]
    [InlineData("align --net @net --x x.csv --y y.csv --ridge 0.1")]
    [InlineData("phase --net dense(w=1.41421356)|relu")]
    [InlineData("phase --net dense|sign")]
    [InlineData("extrapolate --net @net --x x.csv --y y.csv --rays 3 --out e")]
    [InlineData("study extrapolation --out s")]
    [InlineData("study small-images --x images.npy --y sorts.csv --x2 images.npy[:8] --y2 sorts.csv[:8] --draws 1 --tests 5 --out s")]
    [InlineData("bottleneck --net dense|bottleneck(width=2)|dense|relu|dense --width 4 --x x.csv --y y.csv --steps 3 --out b")]
    [InlineData("empirical --net @net --width 4 --seed 3 --seeds 3 --x x.csv --out E.npy")]
    [InlineData("width --net @net --x x.csv --pilot 8 --seeds 4")]
    [InlineData("layers")]
    [InlineData("backends")]
    public void A_result_has_the_form_of_the_schema(string line) => Valid(line);

    [Fact]
    public void A_prediction_has_it_too()
    {
        Valid("fit --net @net --x x.csv --y y.csv --ridge 0.1 --model m");
        var root = Valid("predict --model m --x x.csv --y y.csv --interval 90 --out P.npy");
        Assert.Equal((Relu, "ntk", "f64", "cpu"), (Said(root, "network"), Said(root, "kernel"), Said(root, "precision"), Said(root, "backend")));
        Valid("fit --net @net --x x.csv --y labels.csv --classify --ridge 0.1 --model c");
        Valid("predict --model c --x x.csv --y labels.csv --out P.npy");
        Valid("predict --model c --x x.csv --y labels.csv --probabilities --out P.npy");
        Valid("gram --net @net --x x.csv --kernel nngp --precision f32 --part 1/1 --out p");
        root = Valid("gram --join p --out K.npy");
        Assert.Equal((Relu, "nngp", "f32", "cpu"), (Said(root, "network"), Said(root, "kernel"), Said(root, "precision"), Said(root, "backend")));
        Valid("fit --gram K.npy --y y.csv --ridge 0.1 --model g");
        root = Valid("predict --model g --cross K.npy --out P.npy");
        Assert.Equal((Relu, "nngp"), (Said(root, "network"), Said(root, "kernel")));
        File.Delete(Place("K.npy.json"));
        root = Valid("fit --gram K.npy --y y.csv --ridge 0.1 --model g");
        Assert.Equal((null, null), (Said(root, "network"), Said(root, "kernel")));
    }

    [Fact]
    public void So_have_the_protocol_and_a_training()
    {
        Directory.CreateDirectory(Place("two"));
        Put("two/two.txt", "n_entradas= 2\nn_clases= 2\nn_arquivos= 1\nfich1= two_R.dat\nn_patrons1= 4\n");
        Put("two/two_R.dat", "\tf1\tf2\tclase\n1\t1\t.5\t0\n2\t2\t1\t0\n3\t-1\t.5\t1\n4\t-2\t1\t1\n");
        Put("two/conxuntos.dat", "0 2 \n1 3 \n");
        Put("two/conxuntos_kfold.dat", "0 2 \n1 3 \n");
        var root = Valid("uci two --classifier ridge");
        Directory.CreateDirectory(Place("rings/10fold_idx"));
        Put("rings/rings.txt", "8\n" + string.Concat(Enumerable.Repeat("1 0\n3 0\n2 1\n3 1 1\n3 1 0\n", 4)));
        foreach (var (file, lines) in new[] { ("train_idx-1", "0\n1\n2\n3\n"), ("test_idx-1", "4\n5\n"), ("train_idx-2", "4\n5\n6\n7\n"), ("test_idx-2", "0\n1\n") })
        {
            Put($"rings/10fold_idx/{file}.txt", lines);
        }

        Valid("gram --net aggregate|dense|relu|global_sum_pool --x graphs:rings --out K.npy");
        Valid("graphs rings --quick");
        Assert.Equal(("two", "two"), (Said(root.GetProperty("arguments"), "folder"), Said(root.GetProperty("inputs")[0], "file")));
        RequireTorch();
        root = Valid("train --net @net --width 4 --seed 3 --x x.csv --y labels.csv --classify --loss squared --epochs 2 --model t");
        Assert.Equal(("f32", "torch"), (Said(root, "precision"), Said(root, "backend")));
        root = Valid("predict --model t --x x.csv --y labels.csv --out P.npy");
        Assert.Equal((Relu, null, "torch"), (Said(root, "network"), Said(root, "kernel"), Said(root, "backend")));
    }

    [Fact]
    public void The_envelope_says_what_was_run_on_what()
    {
        var root = Valid("fit --net @net --x x.csv[:4] --y y.csv[:4] --ridge 0.5 --threads 1 --kernel nngp --center --model m");
        Assert.Equal(("hntk/1", "fit"), (Said(root, "schema"), Said(root, "command")));
        Assert.Equal(Run("--version").Output.Trim(), Said(root, "version"));
        var arguments = root.GetProperty("arguments");
        Assert.Equal((0.5, 1, true), (arguments.GetProperty("ridge").GetDouble(), arguments.GetProperty("threads").GetInt32(), arguments.GetProperty("center").GetBoolean()));
        Assert.Equal(("@net", "nngp", "cholesky"), (arguments.GetProperty("net")[0].GetString(), Said(arguments, "kernel"), Said(arguments, "solver")));
        Assert.False(arguments.TryGetProperty("unit", out _));
        Assert.Equal((Relu, "nngp", "f64", "cpu"), (Said(root, "network"), Said(root, "kernel"), Said(root, "precision"), Said(root, "backend")));
        var inputs = root.GetProperty("inputs").EnumerateArray().ToArray();
        Assert.Equal(["net", "x.csv[:4]", "y.csv[:4]"], inputs.Select(input => Said(input, "file")));
        Assert.Equal([Sum("net"), Sum("x.csv"), Sum("y.csv")], inputs.Select(input => Said(input, "sha256")));
        Assert.Equal(["/", "4/2", "4/1"], inputs.Select(input => $"{input.GetProperty("rows")}/{input.GetProperty("columns")}"));
    }

    [Fact]
    public void A_pipe_has_no_checksum()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash.");
        var said = Hntk.Shell(Folder, "cat x.csv | \"$@\"", "gram", "--net", Relu, "--x", "/dev/stdin", "--out", "K.npy", "--json");
        var input = Assert.Single(Valid(said).GetProperty("inputs").EnumerateArray());
        Assert.Equal((JsonValueKind.Null, 5), (input.GetProperty("sha256").ValueKind, input.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public void Numbers_that_do_not_exist_are_null()
    {
        var root = Valid("fit --net @net --x x.csv --y y.csv --ridge 0.1 --solver cg --model m");
        Assert.Equal(JsonValueKind.Null, root.GetProperty("result").GetProperty("loo_rmse").ValueKind);
        root = Valid("phase --net dense|sign");
        Assert.Equal(JsonValueKind.Null, root.GetProperty("result").GetProperty("chi_1").ValueKind);
    }

    [Fact]
    public void Where_pairs_escalated_the_text_stays_where_it_was()
    {
        Put("near.csv", "1,0\n1,1e-12\n0,1\n");
        var root = Valid("gram --net @net --x near.csv --out K.npy");
        Assert.Contains("pairs needed", Said(root, "precision"));
        Assert.Equal(("f64", Said(root, "precision")), (Said(root.GetProperty("arguments"), "precision"), Said(root.GetProperty("result"), "precision")));
        Assert.Equal("f64", Said(Valid("gram --net @net --x x.csv --out K.npy"), "precision"));
    }

    [Theory]
    [InlineData("--json", 2, "usage", null)]
    [InlineData("nosuch --json", 2, "usage", null)]
    [InlineData("gram --frob --json", 2, "usage", "gram")]
    [InlineData("gram --net dense --x x.csv --threads none --out K.npy --json", 2, "usage", "gram")]
    [InlineData("fit --net dense --x x.csv --y y.csv --rank 3 --model m --json", 2, "usage", "fit")]
    [InlineData("gram --net den --x x.csv --out K.npy --json", 2, "network", "gram")]
    [InlineData("gram --net relu --x x.csv --out K.npy --json", 2, "network", "gram")]
    [InlineData("gram --net dense --x none.csv --out K.npy --json", 2, "data", "gram")]
    [InlineData("gram --net dense --x x.csv --out none/K.npy --json", 2, "output", "gram")]
    [InlineData("fit --net dense --x x.csv --y y.csv --ridge 0 --model m --json", 1, "computation", "fit")]
    public void An_error_has_the_form_of_the_schema(string line, int code, string kind, string? command)
    {
        var outcome = Run(line.Split(' '));
        outcome.Failed(code);
        var root = InForm(outcome.Output);
        Assert.Equal((command, kind), (Said(root, "command"), Said(root.GetProperty("error"), "kind")));
        Assert.Equal(["schema", "command", "version", "error"], root.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void A_refused_network_is_a_result_of_explain_with_its_exit_code()
    {
        var outcome = Run("explain", "--net", "hadamard(dense, dense) relu dense", "--json");
        outcome.FailedAfterOutput(2, "refused");
        Assert.Equal("explain", Said(InForm(outcome.Output), "command"));
    }

    [Fact]
    public void The_schema_tells_wrong_objects()
    {
        var right = Run(["align", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--json"]).Output;
        Assert.True(IsValid(right));
        Assert.False(IsValid(right.Replace("\"hntk/1\"", "\"hntk/2\"")));
        Assert.False(IsValid(right.Replace("\"command\": \"align\"", "\"command\": \"gram\"")));
        Assert.False(IsValid(right.Replace("\"sha256\"", "\"sha\"")));
        Assert.False(IsValid(right.Replace("\"outputs\": 1", "\"outputs\": \"1\"")));
        Assert.False(IsValid("{ \"schema\": \"hntk/1\" }"));
    }

    private JsonElement Valid(string line)
    {
        var outcome = Run([.. Words(line), "--json"]);
        return Valid(outcome);
    }

    private static JsonElement Valid(Outcome outcome)
    {
        var root = InForm(outcome.Succeeded().Output);
        var (result, known) = (root.GetProperty("result"), Known(Said(root, "command")!));
        foreach (var member in result.EnumerateObject())
        {
            var beside = Assert.Single(root.EnumerateObject(), at => at.Name == member.Name).Value;
            Assert.True(JsonElement.DeepEquals(member.Value, beside), member.Name);
            Assert.True(known.Contains(member.Name), $"The schema does not describe {member.Name}.");
        }

        return root;
    }

    private static JsonElement InForm(string output)
    {
        using var document = JsonDocument.Parse(output);
        var results = Schema.Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List });
        var faults = results.Details?.Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation} {d.EvaluationPath}: {e.Value}"));
        Assert.True(results.IsValid, $"{output}\n{string.Join('\n', (faults ?? []).Take(20))}");
        return document.RootElement.Clone();
    }

    private static bool IsValid(string output)
    {
        using var document = JsonDocument.Parse(output);
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    // The keys of a result, which one of two forms may have.
    private static HashSet<string> Known(string command)
    {
        var definition = Definitions[$"result-{command}"]!;
        JsonNode[] forms = definition["anyOf"] is JsonArray several ? [.. several.OfType<JsonNode>()] : [definition];
        return [.. forms.SelectMany(form => form["properties"]!.AsObject().Select(member => member.Key))];
    }

    private static string? Said(JsonElement from, string key) => from.GetProperty(key).GetString();

    private string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Place(file))));
}
