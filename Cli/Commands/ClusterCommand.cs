using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk cluster: what a cluster does, and a demonstration of one.</summary>
internal static class ClusterCommand
{
    internal static Command Create()
    {
        var command = new Command("cluster", "The workers and jobs of a cluster, and a demonstration on this machine.");
        command.Add(Status());
        command.Add(ClusterDemo.Create());
        command.Examples(
            "hntk cluster status --cluster redis://10.0.0.1:6379 --name pool --secret-file secret",
            "hntk cluster demo");
        return command;
    }

    private static Command Status()
    {
        var (cluster, json) = (new ClusterInputs(isRequired: true), Inputs.Json());
        var command = new Command("status", "The workers of a cluster and its jobs: tiles done, rate, time left.");
        cluster.AddTo(command);
        command.Add(json);
        command.Examples("hntk cluster status --cluster localhost", "hntk cluster status --cluster localhost --json");
        command.SetAction((parsed, stop) => Show(cluster.Read(parsed), parsed.GetValue(json), stop));
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> Show(ClusterOptions cluster, bool json, CancellationToken stop)
    {
        var status = await ClusterStatus.ReadAsync(cluster, stop);
        if (json)
        {
            Output.Json(Described(status));
        }
        else
        {
            Output.Lines(Lines(status));
        }

        return 0;
    }

    private static IEnumerable<string> Lines(ClusterStatus status)
    {
        var threads = status.Workers.Sum(worker => worker.Threads);
        yield return $"{Count(status.Workers.Count, "worker")} with {Count(threads, "thread")}";
        foreach (var worker in status.Workers)
        {
            var here = Count(worker.Threads, "thread");
            yield return Text($"  {worker.Name}  {here}, heard of {worker.SecondsSilent:F1} s ago");
        }

        yield return Count(status.Jobs.Count, "job");
        foreach (var job in status.Jobs)
        {
            var left = job.SecondsLeft is { } seconds ? Text($"about {seconds:F0} s left") : "no tile yet";
            var rate = Text($"{Count(job.Tiles, "tile")}, {job.TilesPerSecond:G3} a second");
            yield return Text($"  {job.Id}  {job.State}: {job.Done} of {rate}, {left}");
            yield return Text($"    {job.Rows} x {job.Columns} of {job.Network}");
            yield return Text(
                $"    client {job.Client}, heard of {job.SecondsWithoutClient:F1} s ago; coordinator {job.Coordinator}");
            foreach (var worker in job.Workers)
            {
                yield return Text($"    {worker.Name}  {Count(worker.Tiles, "tile")}, {Count(worker.Leases, "lease")}")
                    + (worker.IsWrong ? ", left out because its bits were wrong" : "");
            }
        }

        yield return Count(status.Products.Count, "job") + " of products";
        foreach (var job in status.Products)
        {
            var kept = Text($"{job.KeptBands} kept by {Count(job.Workers, "worker")}");
            yield return Text($"  {job.Id}  product {job.Round}: {job.Done} of {Count(job.Bands, "band")}, {kept}");
            yield return Text($"    {job.Rows} x {job.Columns} of {job.Network}");
            yield return Text($"    client {job.Client}, heard of {job.SecondsWithoutClient:F1} s ago");
        }
    }

    private static JsonObject Described(ClusterStatus status) => new()
    {
        ["workers"] = new JsonArray([.. status.Workers.Select(worker => (JsonNode)new JsonObject
        {
            ["name"] = worker.Name,
            ["threads"] = worker.Threads,
            ["silent"] = worker.SecondsSilent,
        })]),
        ["jobs"] = new JsonArray([.. status.Jobs.Select(job => (JsonNode)new JsonObject
        {
            ["id"] = job.Id,
            ["state"] = job.State,
            ["network"] = job.Network,
            ["rows"] = job.Rows,
            ["columns"] = job.Columns,
            ["tiles"] = job.Tiles,
            ["done"] = job.Done,
            ["tiles_per_second"] = job.TilesPerSecond,
            ["seconds_left"] = job.SecondsLeft,
            ["coordinator"] = job.Coordinator,
            ["client"] = job.Client,
            ["client_silent"] = job.SecondsWithoutClient,
            ["pulls"] = job.Pulls,
            ["seconds_of_pull"] = job.SecondsOfPull,
            ["workers"] = new JsonArray([.. job.Workers.Select(worker => (JsonNode)new JsonObject
            {
                ["name"] = worker.Name,
                ["tiles"] = worker.Tiles,
                ["leases"] = worker.Leases,
                ["silent"] = worker.SecondsSilent,
                ["wrong"] = worker.IsWrong,
            })]),
        })]),
        ["products"] = new JsonArray([.. status.Products.Select(job => (JsonNode)new JsonObject
        {
            ["id"] = job.Id,
            ["network"] = job.Network,
            ["rows"] = job.Rows,
            ["columns"] = job.Columns,
            ["round"] = job.Round,
            ["bands"] = job.Bands,
            ["done"] = job.Done,
            ["kept"] = job.KeptBands,
            ["workers"] = job.Workers,
            ["client"] = job.Client,
            ["client_silent"] = job.SecondsWithoutClient,
        })]),
    };

    private static string Count(long count, string what) => Text($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
