/// <summary>
/// Runs inside hntk before its own code when DOTNET_STARTUP_HOOKS names this assembly, and writes at the end which
/// assemblies were loaded. The runtime finds it by this name, in no namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the file that takes the list.</summary>
    public const string Variable = "HNTK_TESTS_ASSEMBLIES";

    public static void Initialize()
    {
        var file = Environment.GetEnvironmentVariable(Variable)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            File.WriteAllLines(file, AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetName().Name!));
    }
}
