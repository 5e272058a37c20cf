using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Cli;

/// <summary>
/// The options that name a cluster and what it trusts. The library of clusters is loaded only where one is named.
/// </summary>
/// <param name="isRequired">Whether a cluster has to be named.</param>
/// <param name="hasVectors">Whether the command multiplies vectors.</param>
internal sealed class ClusterInputs(bool isRequired, bool hasVectors = false)
{
    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "The cluster: redis://HOST:PORT, postgres://USER@HOST/DATABASE, or localhost for this machine "
            + "alone.",
        HelpName = "ADDRESS",
        Required = isRequired,
    };

    private readonly Option<string> _name = new("--name")
    {
        Description = "The pool of workers at that address.",
        HelpName = "POOL",
        DefaultValueFactory = _ => "hntk",
    };

    private readonly Option<string?> _secret = File(
        "--secret-file", "A file with a secret of 16 characters or more that all members of the cluster have.");

    private readonly Option<string?> _certificate = File(
        "--tls-certificate", "This machine's certificate (PEM), for TLS between all members.");

    private readonly Option<string?> _key = File("--tls-key", "The certificate's private key (PEM).");

    private readonly Option<string?> _authority = File(
        "--tls-authority", "The certificate (PEM) of the authority that signed those of all members.");

    private readonly Option<double> _patience = new("--patience")
    {
        Description = "How many seconds to try to reach the cluster, and to go on while it does not answer.",
        HelpName = "S",
        DefaultValueFactory = _ => 60,
        CustomParser = result => (double?)Inputs.Parsed(result, "seconds from 0 to 1000000", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var s) && s is >= 0 and <= 1e6
                ? s
                : null) ?? 60,
    };

    private readonly Option<string?> _vectors = new("--vectors")
    {
        Description = "A folder that workers share under the same path, through which vectors go. [default: messages]",
        HelpName = "DIR",
    };

    private readonly Option<string> _log = Inputs.Choice(
        "--log", "What the cluster reports on stderr: nothing, lines of text, or lines of "
            + "JSON.", "quiet", "text", "json");

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        if (!isRequired)
        {
            Help.Group("Options of a cluster of machines", All);
        }

        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Adds an error for each of the options that is there without --cluster.</summary>
    internal void RequireCluster(CommandResult result)
    {
        foreach (var option in All.Where(option => option != _cluster && !IsNamed(result)))
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                result.AddError($"{option.Name} goes with --cluster alone; name a cluster, or leave it out.");
            }
        }
    }

    /// <summary>Adds an error for each option that does not go with a cluster.</summary>
    internal void RequireWithout(CommandResult result, params Option[] others)
    {
        foreach (var option in others.Where(_ => IsNamed(result)))
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                result.AddError($"{option.Name} does not go with --cluster; leave one of them out.");
            }
        }
    }

    /// <summary>Whether a cluster is named.</summary>
    internal bool IsNamed(ParseResult parsed) => parsed.GetValue(_cluster) is not null;

    /// <summary>Reads the options.</summary>
    /// <exception cref="DataFormatException">The file of the secret cannot be read.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal ClusterOptions Read(ParseResult parsed) => new()
    {
        Address = parsed.GetValue(_cluster)!,
        Name = parsed.GetValue(_name)!,
        Secret = parsed.GetValue(_secret) is { } file ? Secret(file) : null,
        Certificate = parsed.GetValue(_certificate),
        CertificateKey = parsed.GetValue(_key),
        CertificateAuthority = parsed.GetValue(_authority),
        Patience = TimeSpan.FromSeconds(parsed.GetValue(_patience)),
        Vectors = hasVectors ? parsed.GetValue(_vectors) : null,
        Log = parsed.GetValue(_log) switch
        {
            "text" => ClusterLogFormat.Text,
            "json" => ClusterLogFormat.Json,
            _ => ClusterLogFormat.Quiet,
        },
    };

    private Option[] All =>
    [
        _cluster, _name, _secret, _certificate, _key, _authority, _patience, .. hasVectors ? (Option[])[_vectors] : [],
        _log,
    ];

    private bool IsNamed(CommandResult result) => result.GetResult(_cluster) is { Implicit: false };

    private static Option<string?> File(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE",
    };

    private static string Secret(string file)
    {
        try
        {
            return System.IO.File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataFormatException(
                file.Length > 0 ? file : "--secret-file", "a file with a secret in it",
                file.Length > 0 ? e.Message.TrimEnd('.') : "no name", "name a readable file", e);
        }
    }
}
