namespace HadamardNtk;

/// <summary>
/// How to reach a cluster of workers. The options are immutable; <c>with</c> makes changed copies. They are checked
/// when they are used.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// Where the cluster keeps the list of its members: <c>redis://HOST:PORT</c>, <c>postgres://USER@HOST/DATABASE</c>,
    /// or <c>localhost</c> for workers on this machine alone, which find one another by a port (11111, or that of
    /// <c>localhost:PORT</c>).
    /// </summary>
    public required string Address { get; init; }

    /// <summary>
    /// The name of the pool, of letters, digits, '-' and '_'. Pools of different names share an address without
    /// meeting. The default is hntk.
    /// </summary>
    public string Name { get; init; } = "hntk";

    /// <summary>
    /// The address of this machine that others connect to. The default is 127.0.0.1, which only processes of this
    /// machine reach. Any other address needs a secret or certificates.
    /// </summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>
    /// The port for other workers. Null, the default, stands for a free one (with localhost, for the port of the
    /// address if it is free).
    /// </summary>
    public int? Port { get; init; }

    /// <summary>The port for clients. Null, the default, stands for a free one.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>
    /// A secret of at least 16 characters that all workers and clients have. A connection begins with a proof of it in
    /// both directions. What follows is not encrypted; certificates do that. Null, the default, stands for none.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>
    /// A file with this machine's certificate in PEM. With it all connections are encrypted by TLS, and both ends show
    /// certificates. Null, the default, stands for none.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>A file with the private key of the certificate in PEM.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>A file with the certificate, in PEM, of the authority that signed those of all machines.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>
    /// How long to try to reach the cluster, and to go on while it does not answer. The default is 60 s.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A folder that workers share under the same path, through which a client gives them the factors V of products
    /// K V. A file is there as long as its product is computed. Workers that do not share it get V in messages, as all
    /// do without such a folder, by default.
    /// </summary>
    public string? Vectors { get; init; }

    /// <summary>How logs are written. The default is quiet.</summary>
    public ClusterLogFormat Log { get; init; }
}
