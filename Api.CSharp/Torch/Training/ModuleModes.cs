using TorchSharp;

namespace HadamardNtk;

/// <summary>The modes, training or evaluation, in which a module and its parts came.</summary>
internal sealed class ModuleModes
{
    private readonly torch.nn.Module _module;
    private readonly (torch.nn.Module Part, bool IsTraining)[] _modes;

    internal ModuleModes(torch.nn.Module module) => (_module, _modes) = (
        module,
        [
            .. module.named_modules().Select(part => part.module).Prepend(module)
                .Select(part => (part, part.training)),
        ]);

    /// <summary>Puts every part into the mode in which it came.</summary>
    // A module passes its mode on to its parts, which come after it.
    internal void Restore() => Array.ForEach(_modes, mode => mode.Part.train(mode.IsTraining));

    /// <summary>
    /// The modes of the steps: those in which a module in training mode came, and training mode for all parts of
    /// another one.
    /// </summary>
    internal void Train()
    {
        if (_modes[0].IsTraining)
        {
            Restore();
        }
        else
        {
            _module.train();
        }
    }
}
