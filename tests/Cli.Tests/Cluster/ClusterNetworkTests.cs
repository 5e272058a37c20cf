using System.Security.Cryptography;
using Xunit;

namespace HadamardNtk.Cli.Tests.Cluster;

/// <summary>
/// Workers in network namespaces of their own, which share a secret and no file with the client. One is cut off in the
/// middle of the work. HNTK_LONG=1 asks for it.
/// </summary>
[Collection(nameof(ClusterChaosTests))]
public class ClusterNetworkTests(ITestOutputHelper told) : CommandLine
{
    private const string Here = "10.77.0.1";
    private const string Net = "(dense(w=1.41421356) relu)^3 dense";

    private static readonly string[] Machines = ["hntk-net-1", "hntk-net-2", "hntk-net-3"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private ClusterProcesses? _cluster;

    protected override void Ended()
    {
        _cluster?.Dispose();
        foreach (var name in Machines)
        {
            Hntk.Command(Folder, "ip", "netns", "del", name);
        }

        Hntk.Command(Folder, "ip", "link", "del", "hntk-bridge");
    }

    [Fact]
    public void Machines_with_nothing_but_a_network_between_them()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "takes minutes; set HNTK_LONG=1.");
        var made = Hntk.Command(Folder, "/bin/bash", "-ec", Networks());
        Assert.SkipWhen(made.Code != 0, $"no networks can be made here: {made.Error.Trim()}");
        _cluster = ClusterProcesses.OnRedis(Folder, Here);
        Put("x.npy", Samples(12_000, 50));
        Put("secret", "what only members know");
        string[] secret = ["--secret-file", "secret"];
        for (var k = 0; k < Machines.Length; k++)
        {
            _cluster.Workers.Add(Hntk.StartInNetwork(
                Machines[k], Folder, ["worker", .. _cluster.Common, "--threads", "1", "--listen", $"10.77.0.{11 + k}", .. secret]));
        }

        ClusterProcesses.WaitFor(() => Workers(secret) == Machines.Length);
        using var client = _cluster.StartGram(["--net", Net, "--x", "x.npy", "--out", "K.npy", "--patience", "120", .. secret]);
        ClusterProcesses.WaitFor(() => Names().Contains("K.npy.partial") || client.IsOver);
        Assert.Equal(0, Hntk.Command(Folder, "ip", "link", "set", "hntk-veth-2", "down").Code);
        told.WriteLine("cut a worker off");
        var outcome = client.Wait(Patience);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(0, Hntk.Command(Folder, "ip", "link", "set", "hntk-veth-2", "up").Code);
        Run("gram", "--net", Net, "--x", "x.npy", "--out", "one.npy").Succeeded();
        Assert.Equal(Hash("one.npy"), Hash("K.npy"));
        Assert.NotEqual(0, Run(["cluster", "status", .. _cluster.Common, "--patience", "2"]).Code);
        ClusterProcesses.WaitFor(() => Workers(secret) == Machines.Length);
        told.WriteLine("it came back");
    }

    private int Workers(string[] secret)
    {
        var status = Run(["cluster", "status", .. _cluster!.Common, "--patience", "5", "--json", .. secret]);
        return status.Code == 0 ? status.Json().GetProperty("workers").GetArrayLength() : 0;
    }

    private byte[] Hash(string name) => SHA256.HashData(File.ReadAllBytes(Place(name)));

    private static string Networks()
    {
        var lines = new List<string> { "ip link add hntk-bridge type bridge", $"ip addr add {Here}/24 dev hntk-bridge", "ip link set hntk-bridge up" };
        for (var k = 1; k <= 3; k++)
        {
            lines.AddRange(
            [
                $"ip netns add hntk-net-{k}", $"ip link add hntk-veth-{k} type veth peer name eth0 netns hntk-net-{k}",
                $"ip link set hntk-veth-{k} master hntk-bridge", $"ip link set hntk-veth-{k} up",
                $"ip -n hntk-net-{k} addr add 10.77.0.{10 + k}/24 dev eth0", $"ip -n hntk-net-{k} link set eth0 up",
                $"ip -n hntk-net-{k} link set lo up",
            ]);
        }

        return string.Join("\n", lines);
    }
}
