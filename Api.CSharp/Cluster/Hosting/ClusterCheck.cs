using System.Net;

namespace HadamardNtk;

/// <summary>Checks the options of a cluster once, before anything listens or connects.</summary>
internal static class ClusterCheck
{
    private const int LeastSecret = 16;

    /// <summary>The address of checked options.</summary>
    /// <exception cref="ArgumentException">An option is wrong, or the cluster would be open to strangers.</exception>
    internal static ClusterAddress Address(ClusterOptions options)
    {
        var address = ClusterAddress.Parse(options.Address);
        Require(
            options.Name.Length is > 0 and <= 64
                && options.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            "a name of 1 to 64 letters, digits, '-' and '_' for a pool", options.Name);
        Require(
            IPAddress.TryParse(options.Listen, out _), "an IP address of this machine to listen at", options.Listen);
        Require(options.Port is null or (> 0 and < 65536), "a port", $"{options.Port}");
        Require(options.GatewayPort is null or (> 0 and < 65536), "a port", $"{options.GatewayPort}");
        Require(options.Patience >= TimeSpan.Zero, "a patience of at least 0 s", $"{options.Patience}");
        Require(
            options.Vectors is not { } folder || Directory.Exists(folder), "a folder for vectors that exists",
            $"{options.Vectors}");
        RequireSecurity(options, address);
        return address;
    }

    private static void RequireSecurity(ClusterOptions options, ClusterAddress address)
    {
        Require(
            options.Secret is null || options.Secret.Length >= LeastSecret,
            $"a secret of at least {LeastSecret} characters", "a shorter one");
        string?[] files = [options.Certificate, options.CertificateKey, options.CertificateAuthority];
        Require(
            Array.TrueForAll(files, file => file is null) || Array.TrueForAll(files, file => file is not null),
            "a certificate with its key and its authority, or none of the three", "some of them");
        var isOpen = !ClusterAddress.IsLoopback(options.Listen);
        Require(
            !isOpen || address.Place != ClusterPlace.Local,
            "a loopback address with localhost, whose workers are on one machine", options.Listen);
        if (isOpen && options.Secret is null && options.Certificate is null)
        {
            throw new ArgumentException(
                $"Expected a secret or certificates for a listener at {options.Listen}, which other machines reach; "
                + "came neither. Name a file with a secret, or certificates, or listen at 127.0.0.1.");
        }
    }

    private static void Require(bool holds, string expected, string came)
    {
        if (!holds)
        {
            throw new ArgumentException($"Expected {expected}; came '{MessageText.Clean(came)}'.");
        }
    }
}
