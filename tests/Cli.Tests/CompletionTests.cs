using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What a shell proposes, and the scripts by which it asks.</summary>
public class CompletionTests : CommandLine
{
    [Theory]
    [InlineData("hntk spec", "spectrum")]
    [InlineData("hntk gram --prec", "--precision")]
    [InlineData("hntk gram --precision ", "f32 f64")]
    [InlineData("hntk fit --solver c", "cg cholesky")]
    [InlineData("hntk study s", "small-images spectral-bias")]
    [InlineData("hntk cluster d", "demo")]
    [InlineData("hntk completion ", "bash fish pwsh zsh")]
    public void Commands_options_and_the_words_of_short_lists_are_proposed(string line, string expected)
    {
        var proposed = Run($"[suggest:{line.Length}]", line).Succeeded().Lines();
        var begun = line[(line.LastIndexOf(' ') + 1)..];
        var words = proposed.Where(word => word.StartsWith(begun, StringComparison.Ordinal));
        Assert.Equal(expected.Split(' '), words.Where(word => begun.Length > 0 || !word.StartsWith('-')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_that_look_like_paths_are_not_proposed() =>
        Assert.DoesNotContain(Run("[suggest:10]", "hntk gram ").Succeeded().Lines(), word => word.StartsWith('/'));

    [Theory]
    [InlineData("bash", "complete -o default -F _hntk_complete hntk")]
    [InlineData("zsh", "compdef _hntk hntk")]
    [InlineData("fish", "complete -c hntk")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName hntk")]
    public void There_is_a_script_for_each_shell(string shell, string part) =>
        Assert.Contains(part, Run("completion", shell).Succeeded().Output);

    [Fact]
    public void Another_shell_is_refused()
    {
        Fails(2, ["completion"], "bash or zsh or fish or pwsh", "came none");
        Fails(2, ["completion", "csh"], "came 'csh'");
    }

    [Fact]
    public void Bash_completes_by_its_script()
    {
        if (!File.Exists("/bin/bash"))
        {
            Assert.Skip("There is no /bin/bash.");
        }

        Put("script", Run("completion", "bash").Succeeded().Output);
        Put("try", """
            tool=("$@")
            hntk() { "${tool[@]}" "$@"; }
            . ./script
            COMP_LINE='hntk gram --precision f --x y' COMP_POINT=23 COMP_WORDS=(hntk gram --precision f --x y) COMP_CWORD=3
            _hntk_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        Assert.Equal(["f32", "f64"], Hntk.Shell(Folder, ". ./try").Succeeded().Lines().Order());
    }

    [Fact]
    public void PowerShell_completes_by_its_script()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");
        Assert.SkipWhen(Hntk.Shell(Folder, "command -v pwsh").Code != 0, "There is no pwsh on the path.");
        (string Line, string Proposed)[] cases =
        [
            ("hntk spec^", "spectrum"),
            ("hntk gram --precision f^ --x y", "f32 f64"),
            ("hntk gram --net 'dense relu' --kernel ^", "nngp ntk"),
            ("   hntk cluster d^", "demo"),
            ("Get-Date; hntk fit --solver c^", "cg cholesky"),
            ("hntk gram --x tr^", "./try.ps1"),
            ("hntk gram --x 'x[^", ""),
        ];
        Put("script.ps1", Run("completion", "pwsh").Succeeded().Output);
        Put("lines", string.Concat(cases.Select(one => one.Line + "\n")));
        Put("try.ps1", """
            $tool = $args
            function global:hntk { & $tool[0] $tool[1] @args }
            . ./script.ps1
            foreach ($line in Get-Content lines) {
                $cursor = $line.IndexOf('^')
                $found = [System.Management.Automation.CommandCompletion]::CompleteInput($line.Remove($cursor, 1), $cursor, $null)
                '= ' + ($found.CompletionMatches.CompletionText -join ' ')
            }
            """);
        var said = Hntk.Shell(Folder, "pwsh -NoProfile -NonInteractive -File try.ps1 \"$@\"").Succeeded();
        Assert.Equal("", said.Error);
        Assert.Equal(cases.Select(one => "= " + one.Proposed), said.Lines());
    }
}
