namespace HadamardNtk.Bench;

/// <summary>A .NET program that does nothing: what every start costs.</summary>
internal static class EmptyProgram
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <UseAppHost>false</UseAppHost>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
        </Project>
        """;

    /// <summary>Builds it.</summary>
    /// <returns>Its file.</returns>
    internal static string Build(ScratchFolder folder)
    {
        File.WriteAllText(folder.File("empty.csproj"), Project);
        File.WriteAllText(folder.File("Program.cs"), "return 0;\n");
        ChildProcess.Run(false, "build", folder.File("empty.csproj"), "-c", "Release", "-o", folder.File("out"), "-nodeReuse:false");
        return Path.Combine(folder.File("out"), "empty.dll");
    }
}
