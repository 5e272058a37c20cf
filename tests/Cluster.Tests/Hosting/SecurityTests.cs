using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>Nobody takes part who should not.</summary>
[Collection(nameof(LocalCluster))]
public class SecurityTests
{
    private const string Secret = "a secret of some length";

    private static readonly ClusterOptions Open =
        new() { Address = "redis://10.0.0.1:6379", Listen = "0.0.0.0" };

    [Fact]
    public void A_listener_beyond_loopback_needs_a_secret_or_certificates()
    {
        Assert.Contains("secret", Assert.Throws<ArgumentException>(() => ClusterCheck.Address(Open)).Message);
        Assert.Contains("16", Assert.Throws<ArgumentException>(() => ClusterCheck.Address(Open with { Secret = "short" })).Message);
        ClusterCheck.Address(Open with { Secret = Secret });
        ClusterCheck.Address(Open with { Certificate = "a", CertificateKey = "b", CertificateAuthority = "c" });
        ClusterCheck.Address(Open with { Listen = "127.0.0.1" });
        ClusterCheck.Address(Open with { Listen = "::1" });
        Assert.Throws<ArgumentException>(() => ClusterCheck.Address(Open with { Certificate = "a", Secret = Secret }));
        Assert.Throws<ArgumentException>(() => ClusterCheck.Address(Open with { Address = "localhost", Secret = Secret }));
    }

    [Theory]
    [InlineData("redis://h", "redis://h:6379")]
    [InlineData("redis://:secret@h/0", "redis://h:6379")]
    [InlineData("rediss://u:p%40@h:7000", "rediss://h:7000")]
    [InlineData("postgres://u:p@h/db", "postgres://h:5432/db")]
    [InlineData("localhost", "localhost:11111")]
    [InlineData("localhost:", "localhost:11111")]
    [InlineData("localhost:2000", "localhost:2000")]
    public void An_address_is_shown_without_its_password(string text, string shown) =>
        Assert.Equal(shown, ClusterAddress.Parse(text).Shown);

    [Theory]
    [InlineData("redis://:topsecret@h:1/5")]
    [InlineData("redis://user:top/secret@h:1/5")]
    [InlineData("postgres://user:topsecret@h")]
    [InlineData("user:top@secret@h")]
    public void A_text_that_is_no_address_is_shown_without_its_password(string text)
    {
        var message = Assert.Throws<ArgumentException>(() => ClusterAddress.Parse(text)).Message;
        Assert.DoesNotContain("top", message);
        Assert.DoesNotContain("secret", message);
        Assert.Contains("...@h", message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("redis")]
    [InlineData("redis://")]
    [InlineData("http://h")]
    [InlineData("redis://h/5")]
    [InlineData("postgres://h")]
    [InlineData("localhost:70000")]
    [InlineData("localhost:80")]
    [InlineData("localhostile")]
    public void What_is_no_address_is_answered_with_what_is_one(string text) =>
        Assert.Contains("redis://HOST:PORT", Assert.Throws<ArgumentException>(() => ClusterAddress.Parse(text)).Message);

    [Fact]
    public async Task Both_ends_of_a_connection_prove_that_they_have_the_secret()
    {
        var (one, other) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        Assert.Equal((true, true), await Meet(one, one));
        Assert.Equal((false, false), await Meet(one, other));
    }

    [Fact]
    public async Task Without_the_secret_of_a_cluster_nobody_reaches_it()
    {
        using var stop = new CancellationTokenSource();
        var options = new ClusterOptions
        {
            Address = $"localhost:{FreePorts.Pair()}",
            Secret = Secret,
            Patience = TimeSpan.FromSeconds(20),
        };
        var worker = await LocalCluster.Join(options, new() { Threads = 1 }, stop.Token);
        await IsRefused(options with { Secret = null }, options);
        await IsRefused(options with { Secret = Secret + "?" }, options);
        await stop.CancelAsync();
        await LocalCluster.Within(worker, "the worker to end");
    }

    [Fact]
    public async Task Without_a_certificate_of_its_authority_nobody_reaches_a_cluster()
    {
        using var folder = new Folder();
        using var stop = new CancellationTokenSource();
        Certify(folder, "a");
        Certify(folder, "b");
        var plain = new ClusterOptions { Address = $"localhost:{FreePorts.Pair()}", Patience = TimeSpan.FromSeconds(20) };
        var options = With(plain, folder, "a");
        var worker = await LocalCluster.Join(options, new() { Threads = 1 }, stop.Token);
        await IsRefused(plain, options);
        await IsRefused(With(plain, folder, "b"), options);
        await stop.CancelAsync();
        await LocalCluster.Within(worker, "the worker to end");
        await Assert.ThrowsAsync<DataFormatException>(() => ClusterStatus.ReadAsync(options with { CertificateKey = folder.Place("none") }));
    }

    [Fact]
    public void A_worker_opens_no_file_outside_the_folders_that_it_shares()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(folder.Place("in"));
        Directory.CreateDirectory(folder.Place("inner"));
        File.WriteAllText(folder.Place("inner/x"), "");
        File.CreateSymbolicLink(folder.Place("in/link"), folder.Place("inner/x"));
        var shared = new SharedFolders([folder.Place("in")]);
        Assert.True(shared.Hold(folder.Place("in/x")));
        Assert.False(shared.Hold(folder.Place("inner/x")));
        Assert.False(shared.Hold(folder.Place("in/../inner/x")));
        Assert.False(shared.Hold(folder.Place("in/link")));
        Assert.False(shared.Hold(folder.Place("in")));
        Assert.False(new SharedFolders([]).Hold(folder.Place("in/x")));
    }

    // The cluster answers a member before and after, so that the stranger has not just come when it was busy.
    private static async Task IsRefused(ClusterOptions stranger, ClusterOptions member)
    {
        Assert.Empty((await ClusterStatus.ReadAsync(member)).Jobs);
        var soon = stranger with { Patience = TimeSpan.FromSeconds(2) };
        await Assert.ThrowsAsync<ClusterException>(() => ClusterStatus.ReadAsync(soon));
        Assert.Empty((await ClusterStatus.ReadAsync(member)).Jobs);
    }

    private static async Task<(bool Opener, bool Taker)> Meet(byte[] opener, byte[] taker)
    {
        var (there, back) = (new Pipe(), new Pipe());
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var one = Succeeds(new Ends(back.Reader, there.Writer), opener, true, stop.Token);
        var other = Succeeds(new Ends(there.Reader, back.Writer), taker, false, stop.Token);
        return (await one, await other);
    }

    // An end that fails closes the connection.
    private static async Task<bool> Succeeds(Ends ends, byte[] key, bool isOpener, CancellationToken stop)
    {
        try
        {
            await SecretHandshake.Prove(ends, key, isOpener, stop);
            return true;
        }
        catch (ConnectionAbortedException)
        {
            await ends.Output.CompleteAsync();
            return false;
        }
    }

    private static ClusterOptions With(ClusterOptions options, Folder folder, string name) => options with
    {
        Certificate = folder.Place($"{name}.crt"),
        CertificateKey = folder.Place($"{name}.key"),
        CertificateAuthority = folder.Place($"{name}.authority"),
    };

    private static void Certify(Folder folder, string name)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {name}", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var member = new CertificateRequest($"CN=member {name}", key, HashAlgorithmName.SHA256);
        using var certificate = member.Create(authority, from, to, [1, 2, 3, 4]);
        File.WriteAllText(folder.Place($"{name}.authority"), authority.ExportCertificatePem());
        File.WriteAllText(folder.Place($"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Place($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
