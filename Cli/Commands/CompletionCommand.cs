using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk completion: a script by which a shell completes commands, options and their values.</summary>
internal static class CompletionCommand
{
    // Each gives the line up to the cursor to hntk. Where hntk proposes nothing, the shell proposes files.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] =
            """
            _hntk_complete() {
                local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
                COMPREPLY=($(compgen -W "$(hntk "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _hntk_complete hntk
            """,
        ["zsh"] =
            """
            #compdef hntk
            _hntk() {
                local line="${BUFFER[1,CURSOR]}"
                local -a proposals=("${(@f)$(hntk "[suggest:${#line}]" "$line" 2>/dev/null)}")
                proposals=(${proposals:#})
                (( ${#proposals} )) && compadd -a proposals || _files
            }
            compdef _hntk hntk
            """,
        ["fish"] =
            """
            function __hntk_complete
                set -l line (commandline -cp)
                hntk "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c hntk -a "(__hntk_complete)"
            """,
        ["pwsh"] =
            """
            Register-ArgumentCompleter -Native -CommandName hntk -ScriptBlock {
                param($word, $tree, $cursor)
                $at = $cursor - $tree.Extent.StartOffset
                $line = "$tree".PadRight($at).Substring(0, $at)
                hntk "[suggest:$at]" $line 2>$null | Where-Object { $_.StartsWith($word) } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    internal static Command Create()
    {
        var shell = new Argument<string?>("SHELL")
        {
            Description = "The shell that the script is for.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = string.Join('|', Scripts.Keys),
        };
        var command = new Command(
            "completion",
            "Prints a script by which a shell completes commands, options and their values, to go into the shell's "
            + "own file.")
        {
            shell,
        };
        command.Examples(
            "hntk completion bash >> ~/.bashrc",
            "hntk completion zsh >> ~/.zshrc    # below the line of compinit",
            "hntk completion fish > ~/.config/fish/completions/hntk.fish",
            "hntk completion pwsh >> $PROFILE");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(shell) is not { } name || !Scripts.TryGetValue(name, out var script))
            {
                throw new UsageException(
                    $"Expected the name of a shell, {string.Join(" or ", Scripts.Keys)}; came "
                    + $"{(parsed.GetValue(shell) is { } came ? $"'{came}'" : "none")}.");
            }

            Output.Lines(script.Split('\n'));
        });
        return command;
    }
}
