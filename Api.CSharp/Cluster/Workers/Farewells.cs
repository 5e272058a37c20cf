namespace HadamardNtk;

/// <summary>The end of a worker's part in a job or a pool.</summary>
internal static class Farewells
{
    /// <summary>
    /// Says farewell if somebody listens. Without it, others wait until the deadline of what the worker had.
    /// </summary>
    internal static async Task Say(Task farewell)
    {
        try
        {
            await farewell.WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e))
        {
            // The other end is gone.
        }
    }
}
