using System.Text;
using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>hntk train, and hntk predict of what it wrote.</summary>
public class TrainTests : TrainedCommandLine
{
    private const string Common = "--width 32 --seed 1 --x x.csv --y y.csv --model m";

    public TrainTests()
    {
        var x = Samples(40, 3);
        Put("x.csv", Csv(x));
        Put("y.csv", Csv(Table(40, i => x[i, 0] - (0.5 * x[i, 1]))));
        Put("labels.csv", Csv(Table(40, i => x[i, 0] > 0.3 ? 7 : x[i, 1] > 0 ? -2 : 3)));
        Put("two.csv", Csv(Table(40, i => x[i, 0] > 0 ? 5 : 4)));
        Put("many.csv", Csv(Samples(40, 2)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--linearised")]
    [InlineData("--optimizer sgd --rate 0.5 --momentum 0.9 --nesterov --schedule cosine --warmup 5")]
    [InlineData("--optimizer adamw --rate 0.03 --schedule exponential:0.999 --precision f64 --threads 1")]
    [InlineData("--rate 0.03 --schedule steps:100:0.5 --batch 16 --center --decay 1e-6")]
    public void A_network_learns_and_predicts(string options)
    {
        RequireTorch();
        var json = Run(Words($"train --net dense(b=0.1)|tanh|dense {Common} --rate 0.03 --epochs 300 --json {options}", options))
            .Json("epochs", "steps", "parameters", "loss", "steps_per_second", "seconds", "features");
        Assert.Equal((300, 32 * 5, 3), (Number(json, "epochs"), Number(json, "parameters"), Number(json, "features")));
        Assert.Equal(options.Contains("--batch") ? 900 : 300, Number(json, "steps"));
        Assert.True(json.GetProperty("steps_per_second").GetDouble() > 1);
        var score = Run("predict", "--model", "m", "--x", "x.csv", "--y", "y.csv", "--out", "Y.npy", "--json")
            .Json("rows", "outputs", "rmse", "r2", "seconds", "features");
        Assert.InRange(score.GetProperty("rmse").GetDouble(), 0, 0.15);
        Assert.Equal(2 * json.GetProperty("loss").GetDouble(), Math.Pow(score.GetProperty("rmse").GetDouble(), 2), 1e-5);
        Assert.Equal([40, 1], Read("Y.npy").Shape);
    }

    [Theory]
    [InlineData("labels.csv", 3, "")]
    [InlineData("labels.csv", 3, "--loss logistic")]
    [InlineData("labels.csv", 3, "--loss squared --linearised")]
    [InlineData("two.csv", 2, "--unit")]
    [InlineData("two.csv", 1, "--loss logistic")]
    public void A_classifier_learns_and_tells_classes(string labels, int outputs, string options)
    {
        RequireTorch();
        var json = Run(Words(
            $"train --net dense(b=0.1)|tanh|dense(width={outputs}) --width 32 --seed 1 --x x.csv[:30] --y {labels}[:30] --classify --model m --rate 0.05 --epochs 200 "
            + $"--validation-x x.csv[30:] --validation-y {labels}[30:] --json {options}", options)).Json(
            "epochs", "steps", "parameters", "loss", "accuracy", "validation_loss", "validation_accuracy", "steps_per_second", "seconds", "features");
        Assert.InRange(json.GetProperty("accuracy").GetDouble(), 95, 100);
        var score = Run("predict", "--model", "m", "--x", "x.csv[30:]", "--y", $"{labels}[30:]", "--out", "Y.csv", "--json")
            .Json("rows", "outputs", "accuracy", "seconds", "features", "classes", "confusion");
        Assert.Equal(json.GetProperty("validation_accuracy").GetDouble(), score.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(10, File.ReadAllLines(Place("Y.label.csv")).Length);
    }

    /// <summary>97 of 100 are right by the kernel of infinite width on all features; a narrow network of few epochs is worse.</summary>
    [Fact]
    public void Handwritten_digits_are_learned()
    {
        RequireTorch();
        var digits = TestData.Shared("digits.csv.gz");
        Run(Words(
            "train --net (dense(w=1.41421356)|relu)^2|dense(width=10) --width 256 --seed 1 --classify --center --unit --rate 0.02 --epochs 10 --batch 32 --model m "
            + $"--x {digits}[:1200,:-1] --y {digits}[:1200,-1]")).Succeeded();
        var score = Run(Words($"predict --model m --x {digits}[1200:,:-1] --y {digits}[1200:,-1] --out Y.npy --json")).Json();
        Assert.InRange(score.GetProperty("accuracy").GetDouble(), 90, 98);
    }

    [Fact]
    public void The_training_ends_early_with_the_parameters_of_the_least_loss()
    {
        RequireTorch();
        var json = Run(Words($"train --net dense|erf|dense --width 64 --seed 1 --x x.csv[:10] --y y.csv[:10] --validation-x x.csv[10:] --validation-y y.csv[10:] "
            + "--model m --rate 0.1 --epochs 400 --patience 5 --json")).Json();
        Assert.InRange(Number(json, "best_epoch"), 0, Number(json, "epochs") - 5);
        Assert.InRange(Number(json, "epochs"), 6, 399);
        var score = Run("predict", "--model", "m", "--x", "x.csv[10:]", "--y", "y.csv[10:]", "--out", "Y.npy", "--json").Json();
        Assert.Equal(2 * json.GetProperty("validation_loss").GetDouble(), Math.Pow(score.GetProperty("rmse").GetDouble(), 2), 1e-5);
        Assert.Contains("epoch,step,learning_rate,loss,validation_loss,seconds\n", File.ReadAllText(Place("m/history.csv")));
        Run("gram", "--net", "dense", "--x", "m/history.csv", "--out", "K.npy").Succeeded();
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_one_others()
    {
        RequireTorch();
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 1), ("c", 2) })
        {
            Run(Words($"train --net dense|erf|dense --width 8 --seed {seed} --x x.csv --y y.csv --model {model} --epochs 5 --batch 7")).Succeeded();
        }

        Assert.Equal(Parameters("a"), Parameters("b"));
        Assert.NotEqual(Parameters("a"), Parameters("c"));
    }

    [Theory]
    [InlineData("--net dense|relu", "1 output", "this one has 32", "dense(width=1)")]
    [InlineData("--net dense --y many.csv", "2 outputs", "this one has 1", "dense(width=2)")]
    [InlineData("--net dense --classify --y labels.csv", "3 outputs", "dense(width=3)")]
    [InlineData("--net dense --classify --y two.csv", "2 outputs", "dense(width=2)")]
    [InlineData("--net dense(width=3) --classify --y two.csv --loss logistic", "2 outputs", "or 1 output")]
    [InlineData("--net dense(width=2) --classify --y two.csv --validation-x x.csv --validation-y labels.csv", "none of them")]
    [InlineData("--net dense --loss logistic", "-1 and 1")]
    [InlineData("--net dense(trained=false)", "parameters that are trained")]
    [InlineData("--net dense(", "column")]
    [InlineData("--net dense --y y.csv[:3]", "40 rows")]
    [InlineData("--net dense --validation-x x.csv", "--validation-y")]
    [InlineData("--net dense --validation-x x.csv[:,:2] --validation-y y.csv", "3 features")]
    [InlineData("--net dense --optimizer sgd", "--rate")]
    [InlineData("--net dense --momentum 0.9", "--momentum goes with --optimizer sgd")]
    [InlineData("--net dense --optimizer sgd --rate 1 --nesterov", "--momentum with --nesterov")]
    [InlineData("--net dense --optimizer sgd --rate 1 --momentum 1", "below 1")]
    [InlineData("--net dense --rate 0", "positive learning rate")]
    [InlineData("--net dense --schedule steps:0:1", "steps:EVERY:FACTOR", "'steps:0:1'")]
    [InlineData("--net dense --schedule linear", "'linear'")]
    [InlineData("--net dense --precision f16", "f32 or f64")]
    [InlineData("--net dense --backend cpu", "'cpu'", "cuda")]
    [InlineData("--net dense --epochs 0", "--epochs", "at least 1")]
    [InlineData("--net dense --model x.csv", "x.csv", "a new or empty folder")]
    [InlineData("--net dense --model no/such/m", "no/such")]
    public void What_does_not_fit_is_refused_before_anything_is_trained(string options, params string[] parts)
    {
        RequireTorch();
        Fails(2, Words($"train {Common} {options}", options), parts);
    }

    [Fact]
    public void A_training_that_diverges_fails_and_leaves_nothing()
    {
        RequireTorch();
        Fails(1, Words($"train --net dense(w=9)|monomial(k=3)|dense {Common} --optimizer sgd --rate 1e9 --resume"), "not finite", "lower the learning rate");
    }

    [Fact]
    public void Inputs_are_not_written_over()
    {
        RequireTorch();
        Run(Words($"train --net dense|erf|dense {Common} --epochs 2")).Succeeded();
        Fails(2, Words($"train --net dense {Common} --x m/history.csv", "--x"), "the file that --x reads");
        File.Move(Place("y.csv"), Place("m.checkpoint"));
        Fails(2, Words($"train --net dense {Common} --y m.checkpoint --resume", "--y"), "the file that --y reads");
        Fails(2, Words("predict --model m --x x.csv --out m/history.csv"), "the file that --model reads");
        Fails(2, Words($"dynamics --net dense --x x.csv --y two.csv --times 1 --out m"), "holds a model");
    }

    [Fact]
    public void What_a_trained_network_does_not_have_is_refused()
    {
        RequireTorch();
        Run(Words($"train --net dense|erf|dense {Common} --epochs 2")).Succeeded();
        Fails(2, Words("predict --model m --x x.csv --out Y.npy --std"), "--std", "leave it out");
        Fails(2, Words("predict --model m --x x.csv --out Y.npy --backend cpu"), "'cpu'", "leave --backend out");
        Fails(2, Words("predict --model m --x x.csv[:,:2] --out Y.npy"), "3 features");
        Fails(2, Words("predict --model m --x x.csv --y y.csv[:3] --out Y.npy"), "40 x 1");
        Run(Words("predict --model m --x x.csv --out Y.npy --backend torch --threads 1")).Succeeded();
        foreach (var name in new[] { "parameters.dat", "history.csv", "model.json" })
        {
            var bytes = File.ReadAllBytes(Place($"m/{name}"));
            Put($"m/{name}", name == "model.json" ? Changed(bytes) : [.. bytes[..^3], (byte)(bytes[^3] ^ 1), .. bytes[^2..]]);
            Fails(2, Words("predict --model m --x x.csv --out Z.npy"), name, "train the model again");
            Put($"m/{name}", bytes);
        }

        Run(Words("fit --net dense|erf|dense --x x.csv --y y.csv --model m")).Succeeded();
        Assert.DoesNotContain("m/parameters.dat", Names());
        Run(Words("predict --model m --x x.csv --out Y.npy --std")).Succeeded();
    }

    [Fact]
    public void Without_libtorch_a_line_says_how_to_have_it() =>
        Fails(2, Words($"train --net dense {Common} --libtorch nowhere"), "'torch'", "'nowhere'", "torch_cpu");

    private static byte[] Changed(byte[] manifest) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest).Replace("\"Unit\": false", "\"Unit\": true"));

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
