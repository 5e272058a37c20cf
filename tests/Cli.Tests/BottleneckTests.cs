using System.Globalization;
using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>hntk bottleneck, beside the library's training of the same network.</summary>
public class BottleneckTests : TrainedCommandLine
{
    private const string Net = "dense relu dense bottleneck(width=2) dense erf dense";
    private const string Common = "--net dense|relu|dense|bottleneck(width=2)|dense|erf|dense --x x.csv --y y.csv --steps 20 --width 64 --out r";

    private static readonly string[] Keys =
        ["steps", "samples", "outputs", "width_of_bottleneck", "rate_f", "rate_g", "loss", "motion", "joined_loss", "parts", "seconds"];

    private readonly Matrix _x = Samples(12, 3);
    private readonly Matrix _z = Samples(5, 3, seed: 2);
    private readonly Matrix _y;

    public BottleneckTests()
    {
        _y = Table(12, i => _x[i, 0] - (_x[i, 1] * _x[i, 2]));
        Put("x.csv", Csv(Samples(12, 3)));
        Put("z.csv", Csv(Samples(5, 3, seed: 2)));
        Put("y.csv", Csv(Table(12, i => _x[i, 0] - (_x[i, 1] * _x[i, 2]))));
        Put("t.csv", Csv(Table(5, i => _z[i, 0])));
        Put("labels.csv", Csv(Table(12, Label)));
        Put("two.csv", Csv(Table(12, i => _x[i, 0] > 0 ? 5 : 4)));
        Put("many.csv", Csv(Samples(12, 2)));
    }

    [Theory]
    [InlineData("", BottleneckMode.Hybrid)]
    [InlineData("--mode history --threads 1", BottleneckMode.History)]
    public void The_files_have_the_bits_of_the_library(string options, BottleneckMode mode)
    {
        Run(Words($"bottleneck {Common} --x2 z.csv --y2 t.csv --seed 7 --every 8 {options}")).Succeeded();
        var run = BottleneckRun.Train(Network.Parse(Net), _x, _y, new()
        {
            Steps = 20,
            RecordEvery = 8,
            Mode = mode,
            HeadWidth = 64,
            Seed = 7,
            TestSamples = _z,
            TestTargets = Table(5, i => _z[i, 0]),
        });
        Read("r/predictions.npy").IsExactly([4, 5, 1], [.. run.Records.SelectMany(record => Behind(record.Predictions))]);
        Read("r/embeddings.npy").IsExactly([4, 5, 2], [.. run.Records.SelectMany(record => Behind(record.Embeddings))]);
        Assert.Equal(
            ["step", "loss", "motion", "curvature", "parts", "joined_loss", "test_loss", "alignment"], Header("r"));
        for (var i = 0; i < 4; i++)
        {
            var record = run.Records[i];
            double?[] numbers = [record.Step, record.Loss, record.Motion, record.Curvature, record.Parts, record.JoinedLoss, record.TestLoss];
            Assert.Equal(numbers, Row("r", i)[..^1].Select(number => (double?)number));
            Assert.Equal(Alignment(record.Kernel().Gram(run.TrainingPlaces).ToArray(), _y.ToArray()), Row("r", i)[^1], 1e-12);
        }
    }

    [Fact]
    public void Without_other_samples_it_is_the_training_samples()
    {
        var json = Run(Words($"bottleneck {Common} --every 5 --json")).Json(Keys);
        Assert.Equal((20, 12, 1, 2), (Number(json, "steps"), Number(json, "samples"), Number(json, "outputs"), Number(json, "width_of_bottleneck")));
        var predictions = Read("r/predictions.npy");
        Assert.Equal([5, 12, 1], predictions.Shape);
        Assert.Equal([5, 12, 2], Read("r/embeddings.npy").Shape);
        var rests = predictions.Values[^12..].Select((f, i) => f - _y[i, 0]).ToArray();
        Assert.Equal(rests.Sum(r => r * r) / 24, json.GetProperty("loss").GetDouble(), 1e-14);
        Assert.Equal(json.GetProperty("loss").GetDouble(), Row("r", 4)[1]);
        Assert.Equal(json.GetProperty("joined_loss").GetDouble(), Row("r", 4)[5]);
        Run("gram", "--net", "dense", "--x", "r/loss.csv", "--out", "K.npy").Succeeded();
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_one_others()
    {
        foreach (var (name, options) in new[] { ("a", "--seed 1"), ("b", "--threads 1"), ("c", "--seed 2"), ("d", "--x2 z.csv") })
        {
            Run(Words($"bottleneck {Common} --out {name} {options}", "--out")).Succeeded();
        }

        Assert.Equal(Loss("a"), Loss("b"));
        Assert.Equal(Loss("a"), Loss("d"));
        Assert.NotEqual(Loss("a"), Loss("c"));
        Assert.Equal(Read("a/predictions.npy").Values, Read("b/predictions.npy").Values);
    }

    [Theory]
    [InlineData("labels.csv", "softmax", 3)]
    [InlineData("labels.csv", "squared", 3)]
    [InlineData("labels.csv", "logistic", 3)]
    [InlineData("two.csv", "softmax", 2)]
    [InlineData("two.csv", "squared", 1)]
    [InlineData("two.csv", "logistic", 1)]
    public void Labels_are_targets_of_the_loss(string labels, string loss, int outputs)
    {
        var json = Run(Words(
            $"bottleneck {Common} --y {labels} --x2 x.csv --y2 {labels} --classify --loss {loss} --steps 400 --json", "--y --steps"))
            .Json([.. Keys[..7], "accuracy", "test_loss", "test_accuracy", .. Keys[7..]]);
        Assert.Equal(outputs, Number(json, "outputs"));
        Assert.InRange(json.GetProperty("accuracy").GetDouble(), 90, 100);
        Assert.Equal(json.GetProperty("accuracy").GetDouble(), json.GetProperty("test_accuracy").GetDouble());
        Assert.Equal(json.GetProperty("loss").GetDouble(), json.GetProperty("test_loss").GetDouble(), 1e-12);
        var f = Read("r/predictions.npy").Values[^(12 * outputs)..];
        double Label(int i) => labels == "two.csv" ? (_x[i, 0] > 0 ? 1 : 0) : LabelPlace(i);
        double Target(int i, int c) => outputs == 1 ? (2 * Label(i)) - 1 : Label(i) == c ? 1 : loss == "logistic" ? -1 : 0;
        var pairs = Enumerable.Range(0, 12 * outputs).Select(k => (F: f[k], Y: Target(k / outputs, k % outputs))).ToArray();
        var expected = loss switch
        {
            "squared" => pairs.Average(p => (p.F - p.Y) * (p.F - p.Y) / 2),
            "logistic" => pairs.Average(p => Math.Log(1 + Math.Exp(-p.F * p.Y))),
            _ => (pairs.Chunk(outputs).Sum(row => Math.Log(row.Sum(p => Math.Exp(p.F)))) - pairs.Sum(p => p.F * p.Y)) / 12,
        };
        Assert.Equal(expected, json.GetProperty("loss").GetDouble(), 1e-12);
    }

    [Fact]
    public void Softmax_is_the_loss_of_labels_unless_another_is_given()
    {
        foreach (var (name, options) in new[] { ("a", ""), ("b", "--loss softmax") })
        {
            Run(Words($"bottleneck {Common} --y labels.csv --classify --out {name} {options}", "--y --out")).Succeeded();
        }

        Assert.Equal(Loss("a"), Loss("b"));
    }

    [Fact]
    public void Rows_are_prepared_by_the_mean_of_the_training_samples()
    {
        double[] mean = [.. Enumerable.Range(0, 3).Select(j => _x.Column(j).Average())];
        Matrix Prepared(Matrix rows)
        {
            var made = rows.ToArray();
            for (var i = 0; i < rows.Rows; i++)
            {
                var norm = Math.Sqrt(Enumerable.Range(0, 3).Sum(j => Math.Pow(rows[i, j] - mean[j], 2)));
                for (var j = 0; j < 3; j++) made[i, j] = (rows[i, j] - mean[j]) / norm;
            }

            return made;
        }

        Put("px.csv", Csv(Prepared(_x).ToArray()));
        Put("pz.csv", Csv(Prepared(_z).ToArray()));
        Run(Words($"bottleneck {Common} --x2 z.csv --center --unit")).Succeeded();
        Run(Words($"bottleneck {Common} --x px.csv --x2 pz.csv --out p", "--x --out")).Succeeded();
        var (ours, theirs) = (Read("r/predictions.npy").Values, Read("p/predictions.npy").Values);
        Numbers.Near(ours, theirs, 1e-8);
    }

    [Fact]
    public void Rates_multipliers_and_scales_are_those_that_are_given()
    {
        var json = Run(Words($"bottleneck {Common} --lr-f 0.5 --lr-g 0.25 --multiplier -2 --label-scale 3 --fixed --no-kernels --json")).Json(Keys);
        var run = BottleneckRun.Train(Network.Parse(Net), _x, _y, new()
        {
            Steps = 20,
            HeadWidth = 64,
            HeadRate = 0.5,
            FeatureRate = 0.25,
            OutputMultiplier = -2,
            LabelScale = 3,
            StepControl = false,
        });
        Assert.Equal((0.5, 0.25, 1), (json.GetProperty("rate_f").GetDouble(), json.GetProperty("rate_g").GetDouble(), Number(json, "parts")));
        Assert.Equal(run.Records[^1].Loss, json.GetProperty("loss").GetDouble());
        Assert.DoesNotContain("alignment", Header("r"));
        Assert.Equal(21, Loss("r").Length - 1);
    }

    [Fact]
    public void The_embeddings_are_those_at_the_first_of_several_bottlenecks()
    {
        var json = Run(Words($"bottleneck {Common} --net dense|bottleneck(width=3)|dense|relu|dense|bottleneck(width=2)|dense|erf|dense --json", "--net")).Json(Keys);
        Assert.Equal(3, Number(json, "width_of_bottleneck"));
        Assert.Equal([21, 12, 3], Read("r/embeddings.npy").Shape);
    }

    [Fact]
    public void Targets_that_are_no_classes_have_no_accuracy()
    {
        Run(Words($"bottleneck {Common} --y many.csv --json", "--y")).Json(Keys);
        Assert.DoesNotContain("accuracy", Header("r"));
    }

    [Fact]
    public void History_mode_says_what_memory_it_takes()
    {
        var json = Run(Words($"bottleneck {Common} --mode history --json")).Json([.. Keys, "notes"]);
        var note = Assert.Single(json.GetProperty("notes").EnumerateArray()).GetString();
        Assert.Matches(@"\Ahistory mode takes [0-9.]+ MB of memory, and more where steps are divided\z", note);
        Fails(2, Words($"bottleneck {Common} --mode history --steps 2000000000 --out s", "--steps --out"), "2000000000 steps", "of memory", "hybrid mode");
    }

    [Fact]
    public void A_terminal_is_told_the_memory_of_history_mode_before_it_starts()
    {
        var script = Hntk.Command(Folder, "/bin/bash", "-c", "script --version");
        Assert.SkipWhen(script.Code != 0, "there is no 'script' to make a terminal.");
        var shown = Hntk.Shell(Folder, "script -qec \"$(printf '%q ' \"$@\")\" /dev/null", Words($"bottleneck {Common} --mode history --json")).Output;
        Assert.InRange(shown.IndexOf("history mode takes", StringComparison.Ordinal), 0, shown.IndexOf('{') - 1);
    }

    [Fact]
    public void A_folder_that_is_there_keeps_what_else_is_in_it()
    {
        Directory.CreateDirectory(Place("r"));
        Put("r/notes.txt", "mine");
        Run(Words($"bottleneck {Common}")).Succeeded();
        Run(Words($"bottleneck {Common} --seed 2")).Succeeded();
        Assert.Equal(["embeddings.npy", "loss.csv", "notes.txt", "predictions.npy"], Directory.GetFiles(Place("r")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("--net dense|relu|dense", "has no bottleneck", "write bottleneck")]
    [InlineData("--net sum(dense|bottleneck(width=2),dense)|dense|relu|dense", "inside a sum")]
    [InlineData("--net dense|bottleneck(width=2)|dense(param=standard)|erf|dense", "standard parameterization")]
    [InlineData("--net dense|bottleneck(width=2)|(dense|erf)^2|dense", "one hidden layer")]
    [InlineData("--net relu|bottleneck(width=2)|dense|erf|dense", "relu")]
    [InlineData("--net dense|bottleneck(width=2)|dense|tanh|dense --mode history", "no closed form", "finite width")]
    [InlineData("--net dense|bottleneck(width=2)|dense|sign|dense --mode history", "sign jumps")]
    [InlineData("--net dense|bottleneck(width=2)|dense|erf|dense(width=2)", "2 outputs", "there are 1")]
    [InlineData("--net dense(", "column")]
    [InlineData("--lr-f -1", "--lr-f", "at least 0")]
    [InlineData("--lr-g nan", "--lr-g", "at least 0")]
    [InlineData("--lr-f 0 --lr-g 0", "learning rate above 0")]
    [InlineData("--lr-g 0", "learning rate above 0")]
    [InlineData("--lr-f 1000 --fixed", "stable learning rates", "Take rates below")]
    [InlineData("--multiplier 0", "--multiplier", "other than 0")]
    [InlineData("--label-scale inf", "--label-scale", "finite")]
    [InlineData("--loss logistic --label-scale 2 --y two.csv --classify", "label scale 1")]
    [InlineData("--loss logistic", "-1 and 1")]
    [InlineData("--y t.csv", "12 rows")]
    [InlineData("--y labels.csv[:3] --classify", "12 rows")]
    [InlineData("--y y.csv --classify", "y.csv")]
    [InlineData("--x2 z.csv[:,:2]", "z.csv", "3 features")]
    [InlineData("--x2 z.csv --y2 y.csv", "5 rows")]
    [InlineData("--x2 x.csv --y2 many.csv", "test targets", "12 x 1")]
    [InlineData("--x2 x.csv --y2 labels.csv --y two.csv --classify", "none of them")]
    [InlineData("--y2 t.csv", "--x2 with --y2")]
    [InlineData("--steps 0", "--steps", "at least 1")]
    [InlineData("--every 0", "--every", "at least 1")]
    [InlineData("--width 0", "--width", "at least 1")]
    [InlineData("--steps 2147483647 --every 20 --no-kernels", "--every", "record fewer steps")]
    [InlineData("--mode both", "hybrid or history", "'both'")]
    [InlineData("--loss absolute", "squared or logistic or softmax")]
    [InlineData("--out x.csv", "x.csv", "a folder")]
    [InlineData("--out none/r", "none")]
    [InlineData("--out y.csv/r", "y.csv")]
    public void What_does_not_fit_is_refused(string options, params string[] parts) =>
        Fails(2, Words($"bottleneck {Common} {options}", options), parts);

    [Fact]
    public void Steps_that_would_have_to_be_too_short_fail_and_leave_nothing() =>
        Fails(1, Words($"bottleneck {Common} --lr-f 1e6 --resume"), "1/1024", "take smaller rates");

    [Fact]
    public void Inputs_and_models_are_not_written_over()
    {
        Run(Words($"bottleneck {Common}")).Succeeded();
        Fails(2, Words($"bottleneck {Common} --x r/loss.csv", "--x"), "the file that --x reads");
        Fails(2, Words($"bottleneck {Common} --x2 r/loss.csv"), "the file that --x2 reads");
        File.Move(Place("t.csv"), Place("r.checkpoint"));
        Fails(2, Words($"bottleneck {Common} --x2 z.csv --y2 r.checkpoint --resume"), "the file that --y2 reads");
        Fails(2, Words($"bottleneck {Common} --resume"), "r.checkpoint", "damaged or another file", "delete r.checkpoint");
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "m").Succeeded();
        Fails(2, Words($"bottleneck {Common} --out m", "--out"), "holds a model");
    }

    private static IEnumerable<double> Behind(Matrix all) => all.SelectRows(12, 5).AsSpan().ToArray();

    // y'Ky/(|K| y'y).
    private static double Alignment(double[,] k, double[,] y)
    {
        var (quotient, size) = (0.0, 0.0);
        for (var i = 0; i < y.Length; i++)
        {
            quotient += Enumerable.Range(0, y.Length).Sum(j => y[i, 0] * k[i, j] * y[j, 0]);
            size += y[i, 0] * y[i, 0];
        }

        return quotient / Math.Sqrt(k.Cast<double>().Sum(v => v * v)) / size;
    }

    private string[] Loss(string folder) => File.ReadAllLines(Place($"{folder}/loss.csv"));

    private string[] Header(string folder) => Loss(folder)[0].Split(',');

    private double[] Row(string folder, int i) =>
        [.. Loss(folder)[i + 1].Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];

    private double LabelPlace(int i) => _x[i, 0] > 0.3 ? 2 : _x[i, 1] > 0 ? 0 : 1;

    private double Label(int i) => LabelPlace(i) switch { 0 => -2, 1 => 3, _ => 7 };

    private static int Number(JsonElement json, string key) => json.GetProperty(key).GetInt32();

    private static double[,] Table(int rows, Func<int, double> of)
    {
        var table = new double[rows, 1];
        for (var i = 0; i < rows; i++)
        {
            table[i, 0] = of(i);
        }

        return table;
    }
}
