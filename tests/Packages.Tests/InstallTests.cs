using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Packages.Tests;

/// <summary>The packages, installed by strangers: a fresh C# project, a script of F#, the tool.</summary>
public partial class InstallTests(Feed feed)
{
    [Fact]
    public void A_fresh_project_runs_what_the_packages_show()
    {
        File.WriteAllText(Prepare("app", "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="HadamardNtk.Reports" Version="{feed.Version}" />
                <PackageReference Include="HadamardNtk.Torch" Version="{feed.Version}" />
                <PackageReference Include="HadamardNtk.Cluster" Version="{feed.Version}" />
                <PackageReference Include="HadamardNtk.DependencyInjection" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);
        // A cluster needs Redis, and services a host: what is shown of them is compiled, and not run.
        File.WriteAllText(feed.Place("app", "Program.cs"), $$"""
            using HadamardNtk;
            using Microsoft.Extensions.Configuration;
            using Microsoft.Extensions.DependencyInjection;

            Learn();
            Report();
            Tensors();
            if (args.Length > 0)
            {
                await Share();
                Serve();
            }

            static void Learn() { {{Shown("HadamardNtk", "csharp")}} }
            static void Report() { {{Shown("HadamardNtk.Reports", "csharp")}} }
            static void Tensors() { {{Shown("HadamardNtk.Torch", "csharp")}} }
            static void Serve() { {{Shown("HadamardNtk.DependencyInjection", "csharp")}} }
            static async Task Share() { {{Shown("HadamardNtk.Cluster", "csharp")}} }
            """);
        feed.Run("app", "dotnet", "build", "-c", "Release", "-v", "quiet", "-o", "out");
        var lines = feed.Run("app", "dotnet", Path.Combine("out", "app.dll")).TrimEnd('\n').Split('\n');
        Assert.StartsWith("f(1.5) = 2.25 ", lines[0]);
        // A number where libtorch is, else the reason in one line.
        Assert.Equal(2, lines.Length);
        Assert.Contains("<svg", File.ReadAllText(feed.Place("app", "extrapolation.html")));
    }

    [Fact]
    public void A_script_of_FSharp_prints_kernels_and_nothing_else()
    {
        File.WriteAllText(Prepare("script", "kernels.fsx"), $"""
            #i "nuget: {feed.Packages}"
            #i "nuget: {Feed.MachinePackages}"
            #r "nuget: HadamardNtk, {feed.Version}"
            {Shown("HadamardNtk.Core", "fsharp")}
            let images = HadamardNtk.Network.Parse "image(shape=4x4x1) (conv relu)^2 global_avg_pool dense"
            let gram = HadamardNtk.NetworkKernels.Ntk(images).Gram(HadamardNtk.Matrix(Array2D.init 2 16 (fun i j -> float (i - j))))
            printfn "%b" (gram[0, 1] = gram[1, 0])
            """);
        var lines = feed.Run("script", "dotnet", "fsi", "--nologo", "kernels.fsx").TrimEnd('\n').Split('\n');
        Assert.Matches(@"\A\(\[\[", lines[0]);
        Assert.All(lines[..^1], line => Assert.Matches(@"\A[\[\]()0-9., ;]+\z", line));
        Assert.Equal("true", lines[^1]);
    }

    [Fact]
    public void The_tool_is_installed_and_runs()
    {
        Prepare("tool", "none");
        feed.Run("tool", "dotnet", "tool", "install", "hntk", "--tool-path", "bin", "--version", feed.Version, "--configfile", feed.Place("NuGet.config"));
        var tool = feed.Place("tool", "bin", OperatingSystem.IsWindows() ? "hntk.exe" : "hntk");
        var built = typeof(Network).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.Equal(built + "\n", feed.Run("tool", tool, "--version"));
        Assert.Contains("dense", feed.Run("tool", tool, "explain", "--net", "dense relu dense"));

        // The demo starts workers by the tool's own program.
        Assert.Contains("same bytes", feed.Run("tool", tool, "cluster", "demo", "--rows", "1000"));
    }

    /// <summary>The example that the README of a package shows.</summary>
    private static string Shown(string package, string language)
    {
        var text = File.ReadAllText(Path.Combine(Feed.Root, "docs", "packages", $"{package}.md")).ReplaceLineEndings("\n");
        var code = Regex.Match(text, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEqual("", code);
        return Usings().Replace(code, "");
    }

    private string Prepare(string folder, string file)
    {
        Directory.CreateDirectory(feed.Place(folder));
        return feed.Place(folder, file);
    }

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
