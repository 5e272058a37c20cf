using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>What a cluster logs, with the values as fields.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(1, LogLevel.Information, "job {Job} of {Client} began with {Tiles} tiles; known before: {Known}")]
    internal static partial void Began(ILogger log, string job, string client, int tiles, bool known);

    [LoggerMessage(2, LogLevel.Information, "job {Job} ended with {Done} tiles done")]
    internal static partial void Ended(ILogger log, string job, int done);

    [LoggerMessage(3, LogLevel.Warning, "job {Job}: worker {Worker} computed wrong bits of tile {Tile} and is left out")]
    internal static partial void Wrong(ILogger log, string job, string worker, int tile);

    [LoggerMessage(4, LogLevel.Warning, "job {Job}: the bits of tile {Tile} that {Worker} reports are not the known ones")]
    internal static partial void Disputed(ILogger log, string job, int tile, string worker);

    [LoggerMessage(5, LogLevel.Warning, "job {Job}: worker {Worker} failed: {Reason}")]
    internal static partial void Failed(ILogger log, string job, string worker, string reason);

    [LoggerMessage(6, LogLevel.Warning, "job {Job}: worker {Worker} cannot take part: {Reason}")]
    internal static partial void Refused(ILogger log, string job, string worker, string reason);

    [LoggerMessage(7, LogLevel.Warning, "job {Job} ends: its client {Client} is silent")]
    internal static partial void Widowed(ILogger log, string job, string client);

    [LoggerMessage(8, LogLevel.Information, "worker {Worker} joined {Cluster} with {Threads} threads")]
    internal static partial void Joined(ILogger log, string worker, string cluster, int threads);

    [LoggerMessage(9, LogLevel.Information, "worker {Worker} works on job {Job}, {Way}")]
    internal static partial void Works(ILogger log, string worker, string job, string way);

    [LoggerMessage(10, LogLevel.Information, "worker {Worker} finished with job {Job}: {Tiles} tiles")]
    internal static partial void Finished(ILogger log, string worker, string job, int tiles);

    [LoggerMessage(11, LogLevel.Warning, "worker {Worker}: {Reason}; trying again")]
    internal static partial void Again(ILogger log, string worker, string reason);

    [LoggerMessage(12, LogLevel.Warning, "this silo was told that it is dead, {Reason}; joining again")]
    internal static partial void Rejoin(ILogger log, string reason);

    [LoggerMessage(13, LogLevel.Debug, "a host of Orleans did not {What} in order: {Reason}")]
    internal static partial void LeftBehind(ILogger log, string what, string reason);
}
