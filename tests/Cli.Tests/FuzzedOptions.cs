using System.Reflection;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>
/// Commands with a few slips in their arguments, thousands of each, in this process: exit code 0, 1 or 2, an error in one line that is
/// no defect, inputs as they were, and nothing left where a run failed. HNTK_LONG=1 tries 100,000, HNTK_SEED others.
/// </summary>
[Collection(nameof(FuzzedOptions))]
public class FuzzedOptions : CommandLine
{
    private static readonly int Trials = Environment.GetEnvironmentVariable("HNTK_LONG") == "1" ? 100_000 : 1_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("HNTK_SEED"), out var seed) ? seed : 7;
    private static readonly MethodInfo Main = Assembly.Load("hntk").EntryPoint!;
    private string[] _inputs = [];
    private Dictionary<string, byte[]> _contents = [];

    private static readonly string[] Lines =
    [
        "gram --net dense(w=2) relu dense|--x ../x.csv|--x2 ../x.csv[:2]|--kernel nngp|--precision f32|--backend cpu|--threads 1|--out K.npy|--json",
        "gram --net dense|--x ../x.csv|--out K.npy|--resume|--backend reference",
        "gram --net dense relu dense|--x ../big.csv|--out K.npy",
        "gram --net dense relu dense|--x ../x.csv|--part 1/2|--out P|--precision f32|--json",
        "gram --net dense relu dense|--x ../big.csv|--part 1/1|--out P",
        "gram --join ../parts|--out K.npy|--json",
        "gram --net @../net|--x ../x.npy.gz[1:,::2]|--out K.csv.gz",
        "matvec --net dense relu dense|--x ../x.csv|--v ../y.csv|--out Y.csv|--precision f64",
        "fit --net dense relu dense|--x ../x.csv|--y ../y.csv|--ridge 0.1|--model m|--center|--unit|--json",
        "fit --net dense relu dense|--x ../x.csv|--y ../labels.csv|--classify|--ridge-relative 0.1|--model m|--precision f32",
        "fit --net dense relu dense|--x ../x.csv|--y ../y.csv|--ridge auto|--select loo|--tune w|--restarts 1|--seed 2|--model m",
        "fit --net dense relu dense|--net dense|--x ../x.csv|--y ../y.csv|--ridge auto|--folds 2|--model m|--json",
        "fit --net dense relu dense|--x ../x.csv|--y ../y.csv|--solver cg|--rank 2|--tolerance 1e-6|--storage none|--ridge 1|--model m|--resume",
        "fit --net dense relu dense|--x ../x.csv|--y ../y.csv|--solver falkon|--centers 2|--ridge 1|--model m",
        "predict --model ../model|--x ../x.csv|--y ../y.csv|--std|--out P.csv|--json",
        "predict --model ../model|--x ../x.csv|--interval 95|--noise excluded|--samples 2|--seed 3|--out P.npy",
        "predict --model ../classes|--x ../x.csv|--y ../labels.csv|--probabilities|--std|--out P.npy.gz|--json",
        "gram --net dense|--x ../kinds.csv[:,a:b]|--separator comma|--out -",
        "fit --net dense relu dense|--x ../kinds.csv[:,[0,1]]|--y ../kinds.csv[:,kind]|--classify|--model m|--separator ,",
        "predict --model ../texts|--x ../kinds.csv[:,0:2]|--y ../kinds.csv[:,2]|--out P.npy",
        "predict --model ../classes|--x ../x.csv[0]|--y ../labels.csv[0]|--out P.npy",
        "gram --net dense relu dense|--x ../x.csv|--diagonal|--out d.npy|--json",
        "fit --gram ../G.npy|--y ../y.csv|--ridge 0.1|--kernel ntk|--model m|--json",
        "fit --gram ../G.npy|--y ../labels.csv|--classify|--solver eigen|--weights-only|--model m",
        "predict --model ../given|--cross ../G.npy|--diagonal ../g.csv|--out P.csv|--y ../y.csv|--json",
        "compare --net dense relu dense|--net @../net|--x ../x.csv|--y ../y.csv|--folds 2|--seeds 1|--ridge 0.1,1|--kernel ntk,nngp|--format csv",
        "compare --net dense relu dense|--x ../x.csv|--y ../labels.csv|--classify|--folds 2|--ridge 1|--center|--format json",
        "dynamics --net dense relu dense|--x ../x.csv|--y ../y.csv|--x2 ../x.csv[:1]|--ridge 0.1|--times 0,1,inf|--out flow|--kernel ntk",
        "dynamics --net dense relu dense|--x ../x.csv|--y ../y.csv|--rate 0.1|--momentum 0.5|--nesterov|--times log:1:9:3|--deviations|--out flow|--json",
        "dynamics --net dense relu dense|--x ../x.csv|--y ../hard.csv|--loss logistic|--times lin:0:2:3|--out flow",
        "train --net dense relu dense|--width 4|--seed 3|--x ../x.csv|--y ../y.csv|--epochs 2|--batch 3|--schedule cosine|--center|--model t|--json",
        "train --net dense erf dense(width=2)|--width 4|--seed 3|--x ../x.csv|--y ../labels.csv|--classify|--epochs 2|--linearised|--resume|--model t",
        "bottleneck --net dense bottleneck(width=2) dense relu dense|--width 4|--x ../x.csv|--y ../y.csv|--x2 ../x.csv[:1]|--steps 3|--lr-f 0.1|--mode history|--out b|--json",
        "bottleneck --net dense bottleneck(width=2) dense erf dense|--width 4|--seed 3|--x ../x.csv|--y ../labels.csv|--steps 3|--classify|--every 2|--center|--out b|--resume",
        "study small-images|--x ../images.npy|--y ../sorts.csv|--x2 ../images.npy[:8]|--y2 ../sorts.csv[:8]|--draws 1|--tests 3|--seed 2|--out s|--resume|--json",
        "empirical --net dense relu dense|--width 4|--seed 3|--x ../x.csv|--x2 ../x.csv|--out E.npy|--json",
        "empirical --net dense relu dense|--width 4|--seed 3|--seeds 3|--x ../x.csv|--out E.npy|--errors S.csv",
        "width --net dense relu dense|--x ../x.csv|--tolerance 0.1|--pilot 8|--seeds 4|--seed 3|--threads 1|--json",
        "explain --net hadamard(dense, dense) dense|--json",
        "uci ../two|--classifier ridge|--threads 1",
        "graphs ../rings|--quick|--blocks 1|--threads 1|--json",
        "gram --net aggregate dense relu global_sum_pool|--x graphs:../rings|--out K.npy|--json",
        "gram --net dense|--x ../x.csv|--out K.npy|--resume|--cluster ftp://127.0.0.1|--name p|--secret-file ../net|--patience 0|--log json",
        "matvec --net dense|--x ../x.csv|--v ../y.csv|--out Y.csv|--cluster ftp://127.0.0.1|--name p|--patience 0|--vectors ..",
        "fit --net dense|--x ../x.csv|--y ../y.csv|--solver cg|--model m|--cluster ftp://127.0.0.1|--patience 0|--resume",
        "predict --model ../model|--x ../x.csv|--out P.csv|--cluster ftp://127.0.0.1|--patience 0|--log text",
        "worker --cluster redis:7|--name p|--threads 1|--shared ..|--listen 127.0.0.1|--port 5000|--otlp http://127.0.0.1:1",
        "cluster status|--cluster localhost:1|--json",
        "layers --json",
        "backends --json",
        "completion bash",
    ];

    private static readonly string[] Words =
    [
        "", " ", "-", "--", "---", "-1", "0", "1e999", "nan", "inf", "3", "2.5", "99999999999999999999", "0x10", "1,5", "@", "@none", "../x.csv", "../x.csv[", "../x.csv[9]",
        "../x.csv[::0]", "../x.csv[:,5]", "../kinds.csv", "../kinds.csv[:,kind]", "../kinds.csv[:,[a,0", "-[:,0]", "semicolon", "--separator", "../y.csv", "../none", "..", ".", "/dev/null", "/", "../x.csv/K", "../folder", "../soft.csv", "../hard.csv", "../big.csv", "../empty.csv",
        "../text.csv", "../parts", "2/3", "0/1", "K.txt", "a\nb", "größe", "\u2028", "'", "\"", "dense", "relu", "dense dense)", "hadamard(dense,", "(dense relu)^3 dense", "let p = dense in p", "dense tanh dense",
        "exact", "reference", "torch", "cuda", "cpu-blas", "eigen", "ntk", "f16", "svm", "true", "--net", "--x", "--out", "--json", "--y", "--model", "--ridge", "--std", "--interval", "--noise", "--samples", "--probabilities",
        "--version", "-o", "--OUT", "--x=../x.csv", "--json=maybe", "[command]", "gram", "fit", "*", "~", "%s", "\\",
    ];

    public FuzzedOptions()
    {
        Put("x.csv", "3,0.1\n2.5,-0.2\n-0.1,2\n0.3,3\n");
        Put("y.csv", "1\n0.5\n-2\n3\n");
        Put("labels.csv", "1\n1\n2\n2\n");
        Put("kinds.csv", "a,b,kind\n3,0.1,p\n2.5,-0.2,p\n-0.1,2,q\n0.3,3,q\n");
        Put("x.npy.gz", Zip(Npy.Bytes(Samples(4, 3))));
        Put("images.npy", Npy.Shaped(Samples(40, 2), "(40, 1, 2, 1)"));
        Put("sorts.csv", string.Concat(Enumerable.Repeat("1\n2\n", 20)));
        Put("net", "dense relu dense");
        Put("big.csv", "1e200,1\n1,1e200\n");
        Put("empty.csv", "");
        Put("text.csv", "one;two\n");
        Directory.CreateDirectory(Place("folder"));
        Directory.CreateDirectory(Place("work"));
        Directory.CreateDirectory(Place("two"));
        Put("two/two.txt", "n_entradas= 2\nn_clases= 2\nn_arquivos= 1\nfich1= two_R.dat\nn_patrons1= 4\n");
        Put("two/two_R.dat", "\tf1\tf2\tclase\n1\t1\t.5\t0\n2\t2\t1\t0\n3\t-1\t.5\t1\n4\t-2\t1\t1\n");
        Put("two/conxuntos.dat", "0 2 \n1 3 \n");
        Directory.CreateDirectory(Place("rings/10fold_idx"));
        Put("rings/rings.txt", "8\n" + string.Concat(Enumerable.Repeat("1 0\n3 0\n2 1\n3 1 1\n3 1 0\n", 4)));
        foreach (var (file, lines) in new[] { ("train_idx-1", "0\n1\n2\n3\n"), ("test_idx-1", "4\n5\n"), ("train_idx-2", "4\n5\n6\n7\n"), ("test_idx-2", "0\n1\n") })
        {
            Put($"rings/10fold_idx/{file}.txt", lines);
        }

        Put("two/conxuntos_kfold.dat", "0 2 \n1 3 \n");
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "model").Succeeded();
        Run("gram", "--net", Relu, "--x", "x.csv", "--out", "G.npy").Succeeded();
        Run("gram", "--net", Relu, "--x", "x.csv", "--diagonal", "--out", "g.csv").Succeeded();
        Run("gram", "--net", Relu, "--x", "x.csv", "--part", "1/1", "--out", "parts").Succeeded();
        Run("fit", "--gram", "G.npy", "--y", "y.csv", "--ridge", "1", "--model", "given").Succeeded();
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "labels.csv", "--classify", "--ridge", "1", "--model", "classes").Succeeded();
        Run("fit", "--net", Relu, "--x", "kinds.csv[:,:2]", "--y", "kinds.csv[:,2]", "--classify", "--ridge", "1", "--model", "texts").Succeeded();
    }

    [Fact]
    public void A_slip_is_answered_in_one_line_and_leaves_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links of Unix.");
        File.CreateSymbolicLink(Place("soft.csv"), "x.csv");
        Link();
        _inputs = All();
        _contents = Names().Select(Place).Where(File.Exists).ToDictionary(name => name, File.ReadAllBytes);
        var (before, folder, random, codes) = (Inputs(), Environment.CurrentDirectory, new Random(Seed), new int[3]);
        Environment.CurrentDirectory = Place("work");
        try
        {
            for (var trial = 0; trial < Trials; trial++)
            {
                codes[Tried(Slipped(random))]++;
                if (trial % 500 == 0) Assert.Equal(before, Inputs());
            }
        }
        finally
        {
            Environment.CurrentDirectory = folder;
        }

        Assert.Equal(before, Inputs());
        Assert.All(codes, count => Assert.InRange(count, Trials / 200, Trials));
    }

    private int Tried(string[] arguments)
    {
        var (code, error) = InProcess(arguments);
        var what = $"exit {code}: {string.Join(' ', arguments.Select(a => $"'{a}'"))}: {error}";
        Assert.True(code is 0 or 1 or 2, what);
        // A result on stdout has its notes and scores on stderr.
        Assert.True(code == 0 ? error.Length == 0 || arguments.Contains("-") : error.StartsWith("hntk: ") && error.IndexOf('\n') == error.Length - 1, what);
        Assert.False(error.Contains("defect") || error.Contains("   at ") || error.Contains("System."), what);
        // An output may be named beside the inputs.
        string[] left = [.. All().Except(_inputs)];
        Assert.True(code == 0 || left.Length == 0, $"{what} left {string.Join(' ', left)}");
        if (code == 0)
        {
            Restore(arguments, what);
        }

        Array.ForEach([.. left.Where(File.Exists)], File.Delete);
        Array.ForEach([.. left.Reverse().Where(Directory.Exists)], Directory.Delete);
        Directory.Delete(Place("work"), recursive: true);
        Directory.CreateDirectory(Place("work"));
        Environment.CurrentDirectory = Place("work");
        return code;
    }

    // A file that the command does not read may be its output: it is named, once, by one of its names.
    private void Restore(string[] arguments, string what)
    {
        var changed = _contents.Where(input => !File.ReadAllBytes(input.Key).AsSpan().SequenceEqual(input.Value)).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        bool IsNamed(string word) => changed.Any(input => word.Contains(Path.GetFileName(input.Key)));
        Assert.True(arguments.Count(IsNamed) == 1, $"{what} changed {string.Join(' ', changed.Select(input => input.Key))}");
        Array.ForEach(changed, input => File.WriteAllBytes(input.Key, input.Value));
        File.Delete(Place("hard.csv"));
        Link();
    }

    private void Link() => Hntk.Command(Folder, "ln", "x.csv", "hard.csv").Succeeded();

    private string[] All() => [.. Names().Select(Place)];

    private static (int Code, string Error) InProcess(string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        Console.SetOut(TextWriter.Null);
        Console.SetError(said);
        // The input of the tests' own process is a pipe that stays open.
        InputFiles.OpenStandard = () => Stream.Null;
        try
        {
            return ((int)Main.Invoke(null, [arguments])!, said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static string[] Slipped(Random random)
    {
        var arguments = Arguments(Lines[random.Next(Lines.Length)]).ToList();
        for (var n = random.Next(4); n > 0 && arguments.Count > 0; n--)
        {
            var at = random.Next(arguments.Count);
            switch (random.Next(6))
            {
                case 0: arguments.RemoveAt(at); break;
                case 1: arguments.Insert(at, arguments[random.Next(arguments.Count)]); break;
                case 2: arguments[at] = Words[random.Next(Words.Length)]; break;
                case 3: arguments.Insert(random.Next(arguments.Count + 1), Words[random.Next(Words.Length)]); break;
                case 4: (arguments[0], arguments[at]) = (arguments[at], arguments[0]); break;
                default: arguments[at] = Spoilt(arguments[at], random); break;
            }
        }

        return [.. arguments];
    }

    private static string Spoilt(string word, Random random)
    {
        var at = random.Next(word.Length + 1);
        return random.Next(3) switch
        {
            0 => word[..at],
            1 => word[..at] + Words[random.Next(Words.Length)] + word[at..],
            _ => word.ToUpperInvariant(),
        };
    }

    /// <summary>The words of a line: the command and options with values that may have spaces.</summary>
    private static IEnumerable<string> Arguments(string line) =>
        line.Split('|').SelectMany((part, i) => i == 0 ? First(part) : part.Split(' ', 2));

    private static IEnumerable<string> First(string part)
    {
        var words = part.Split(' ', 3);
        return words;
    }

    private string[] Inputs() =>
    [
        .. Names().Where(name => !name.StartsWith("work")).Select(name => $"{name} {(Directory.Exists(Place(name)) ? "" : Convert.ToHexString(File.ReadAllBytes(Place(name))))}"),
    ];
}

/// <summary>Runs alone: it takes the console and the current folder for itself.</summary>
[CollectionDefinition(nameof(FuzzedOptions), DisableParallelization = true)]
public class AloneCollection;
