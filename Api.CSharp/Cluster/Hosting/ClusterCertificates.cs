using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace HadamardNtk;

/// <summary>TLS between the members of a cluster, with certificates of one authority on both ends.</summary>
internal static class ClusterCertificates
{
    /// <summary>Sets the options of TLS.</summary>
    /// <exception cref="DataFormatException">A file is no certificate or key.</exception>
    internal static Action<TlsOptions> Of(ClusterOptions options)
    {
        var own = Read(options.Certificate!, () =>
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey!);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        });
        var authority = Read(
            options.CertificateAuthority!,
            () => X509CertificateLoader.LoadCertificateFromFile(options.CertificateAuthority!));
        return tls =>
        {
            tls.LocalCertificate = own;
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (certificate, _, _) => IsSigned(certificate, authority);
            tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = "hntk";
        };
    }

    /// <summary>
    /// Whether a certificate is signed by the authority and in force. The name in it does not matter, since the members
    /// of a cluster are known by their authority.
    /// </summary>
    internal static bool IsSigned(X509Certificate2? certificate, X509Certificate2 authority)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static X509Certificate2 Read(string file, Func<X509Certificate2> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException
            or ArgumentException)
        {
            throw new DataFormatException(
                file, "a certificate in PEM, with its key", MessageText.Reason(e), "name the right files", e);
        }
    }
}
