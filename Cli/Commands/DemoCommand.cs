using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk demo: prints kernels of three networks, and their predictions outside the training range.</summary>
internal static class DemoCommand
{
    private const string Kernel =
        "Each network has two kernels in the limit of infinite width. NNGP is the covariance of its outputs with "
        + "random weights; NTK, the tangent kernel, says how training at one input changes the output at another. "
        + "Both of two unit vectors, by the angle between them, relative to the angle 0:";

    private const string Regression =
        "y = x^3 + x^2 - 5x + 5, learned on [-2.5, 2.5] by kernel regression (NTK) and predicted on [-5, 5]: mean ± "
        + "posterior standard deviation; below, the median of |error|/|y| inside and outside the training range.";

    private static readonly (string Name, string Notation)[] Networks =
    [
        ("ReLU MLP", "(dense(w=1.41421356,b=0.1) relu)^3 dense"),
        ("product, degree 2", "ccp(degree=2,b=0.5) dense(b=0.5)"),
        ("product, degree 3", "ccp(degree=3,b=0.5) dense(b=0.5)"),
    ];

    internal static Command Create()
    {
        var output =
            new Option<string>("--out")
            {
                Description = "Also write the numbers there, as .npy, and report.html with pictures.",
                HelpName = "DIR",
            };
        var json = Inputs.Json();
        var command = new Command(
            "demo", "A tour: kernels of a relu network and of two polynomial networks, and what they predict beyond their "
                + "training data.")
        {
            output, json
        };
        command.Examples("hntk demo", "hntk demo --out tour");
        command.SetAction((parsed, stop) =>
            Task.FromResult(Tour(parsed.GetValue(output), parsed.GetValue(json), stop)));
        return command;
    }

    private static int Tour(string? folder, bool json, CancellationToken stop)
    {
        var results = folder is null ? null : new ResultFolder(folder, FileNames);
        var kept = new List<(string Name, Matrix Values)>();
        var nets = Networks.Select(n => (n.Name, Network: Network.Parse(n.Notation))).ToArray();
        var kernels = Kernels(nets, kept, stop);
        var duel = Duel(nets, kept, stop);
        if (!json)
        {
            Show(kernels, duel);
        }

        var page = results is null ? null : Write(results, folder!, nets, kept, duel, stop);
        if (json)
        {
            Output.Json(DemoJson.Of(nets, kernels, duel, page));
        }
        else if (page is not null)
        {
            Output.Line();
            Output.Line($"The same with pictures: {page}");
        }

        return 0;
    }

    private static string Write(
        ResultFolder results,
        string folder,
        (string Name, Network Network)[] nets,
        List<(string Name, Matrix Values)> kept,
        Prediction[] duel,
        CancellationToken stop)
    {
        results.Write(
            [.. kept.Select(file => (file.Name, (Action<string>)(path => ArrayFile.Write(path, file.Values))))]);
        var report = DemoReport.Of(nets, duel, stop);
        StudyFiles.Write(report, folder);
        var page = Path.Combine(folder, DemoReport.Page);
        HtmlReport.Write(report, page, new() { Title = report.Title, Command = $"hntk demo --out {folder}" });
        return page;
    }

    /// <summary>The kernels of a unit vector with others, relative to that with itself.</summary>
    internal sealed record Likeness(KernelKind Kind, string Name, double[] Values);

    private static List<Likeness> Kernels(
        (string Name, Network Network)[] nets, List<(string Name, Matrix Values)> kept, CancellationToken stop)
    {
        var all = new List<Likeness>();
        foreach (var kind in new[] { KernelKind.Nngp, KernelKind.Ntk })
        {
            foreach (var (name, network) in nets)
            {
                var gram = network.Kernel(kind).Gram(DemoData.Circle, null, stop);
                all.Add(new(
                    kind, name, [.. Enumerable.Range(0, gram.Columns).Select(j => gram[0, j] / gram[0, 0])]));
                kept.Add((FileName($"kernel.{kind}.{name}"), gram));
            }
        }

        return all;
    }

    private static Prediction[] Duel(
        (string Name, Network Network)[] nets, List<(string Name, Matrix Values)> kept, CancellationToken stop)
    {
        var (x, points) = (DemoData.Training, DemoData.Test);
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-10) };
        var results = nets
            .Select(n => KernelRegression.Fit(n.Network.Ntk(), x, DemoData.Target(x), options, stop)
                .Predict(points, Uncertainty.Deviation, cancellation: stop))
            .ToArray();
        kept.Add((FileName("x"), points));
        kept.Add((FileName("true"), DemoData.Target(points)));
        kept.AddRange(nets.Zip(results, (net, result) => (FileName($"mean.{net.Name}"), result.Mean)));
        return results;
    }

    private static void Show(List<Likeness> kernels, Prediction[] duel)
    {
        Output.Line("Three networks, each one line of text:");
        Output.Line();
        foreach (var (name, notation) in Networks)
        {
            Output.Line($"  {name,-18}  {notation}");
        }

        var table = NewTable(2, ["kernel", "network", .. DemoData.Degrees.Select(a => $"{a}°")]);
        foreach (var (kind, name, values) in kernels)
        {
            table.AddRow([kind.ToString().ToUpperInvariant(), name, .. values.Select(value => Show(value, 4))]);
        }

        Output.Line();
        Output.Lines(Window.Wrapped(Kernel, Window.Columns));
        Draw(table);
        ShowDuel(duel);
    }

    private static void ShowDuel(Prediction[] results)
    {
        var table = NewTable(0, ["x", "true y", .. Networks.Select(n => n.Name)]);
        var (points, truth) = (DemoData.Test, DemoData.Target(DemoData.Test));
        for (var i = 0; i < points.Rows; i += DemoData.ShownEvery)
        {
            table.AddRow(
            [
                Show(points[i, 0], 2), Show(truth[i, 0], 2),
                .. results.Select(r => $"{Show(r.Mean[i, 0], 2)} ± {Show(r.Deviation![i], 2)}"),
            ]);
        }

        table.AddEmptyRow();
        table.AddRow(["", "inside", .. results.Select(r => $"{Show(DemoData.Error(r.Mean, inside: true), 3)} %")]);
        table.AddRow(["", "outside", .. results.Select(r => $"{Show(DemoData.Error(r.Mean, inside: false), 3)} %")]);
        Output.Line();
        Output.Lines(Window.Wrapped(Regression, Window.Columns));
        Draw(table);
        Output.Line("Three factors make a cubic: it goes on where the ReLU net turns straight.");
    }

    private static string Show(double x, int digits) => x.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static Table NewTable(int texts, IEnumerable<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (name, i) in columns.Select((name, i) => (name, i)))
        {
            table.AddColumn(new TableColumn(Markup.Escape(name))
            {
                Alignment = i < texts ? Justify.Left : Justify.Right,
                NoWrap = true,
                Padding = new Padding(0, 0, 1, 0)
            });
        }

        return table;
    }

    private static void Draw(Table table) => Stdout.Try(() =>
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = Math.Max(console.Profile.Width, 80);
        console.Write(table);
    });

    private static string FileName(string name) => name.Replace(",", "").Replace(' ', '_') + ".npy";

    private static string[] FileNames =>
    [
        .. from kind in new[] { KernelKind.Nngp, KernelKind.Ntk }
           from net in Networks
           select FileName($"kernel.{kind}.{net.Name}"),
        FileName("x"), FileName("true"), .. Networks.Select(net => FileName($"mean.{net.Name}")),
    ];
}
