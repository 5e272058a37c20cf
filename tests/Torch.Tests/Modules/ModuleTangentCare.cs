using HadamardNtk.Torch.Tests.Device;
using System.Reflection;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>Tests that count tensors, of which there is one count for all threads.</summary>
[CollectionDefinition(nameof(ModuleTangentCare), DisableParallelization = true)]
public class AloneAtATime;

/// <summary>A module, its gradients and the tensors that there are stay as they were.</summary>
[Collection(nameof(ModuleTangentCare))]
public sealed class ModuleTangentCare : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();
    private readonly Tensor _x = Small.Samples(1, 5, 4);
    private readonly Tensor _part = Small.Samples(2, 2, 4);
    private readonly Tensor _wrong = Small.Samples(3, 5, 1);

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Calls
    {
        get
        {
            using var care = new ModuleTangentCare();
            return [.. care.Operations.Keys];
        }
    }

    private Dictionary<string, Action<TensorModule>> Operations => new()
    {
        ["gram"] = m => ModuleTangentKernel.Create(m).Gram(_x),
        ["gram of all outputs in blocks"] = m => ModuleTangentKernel.Create(m, new() { Rows = 2 }).Gram(_x, TangentOutputs.All),
        ["gram by Jacobians"] = m => ModuleTangentKernel.Create(m, new() { Form = TangentForm.Jacobian }).Gram(_x),
        ["cross"] = m => ModuleTangentKernel.Create(m).Cross(_x, _part),
        ["outputs"] = m => ModuleTangentKernel.Create(m).Outputs(_x),
        ["multiply"] = m => ModuleTangentKernel.Create(m).MultiplyOutputs(_x, Small.Numbers(1, 5, 2)),
        ["linearised"] = m => ModuleTangentKernel.Create(m).Linearized(_x, new Dictionary<string, Tensor>()),
        ["fit"] = m => ModuleTangentKernel.Create(m).Fit(_x, Small.Numbers(1, 5, 2), Ridge.Absolute(1)).Predict(_x),
        ["refused"] = m => Assert.Throws<ArgumentException>(() => ModuleTangentKernel.Create(m).MultiplyOutputs(_x, Small.Numbers(1, 2, 2))),
        ["failing"] = m => Assert.Throws<ArgumentException>(() => ModuleTangentKernel.Create(m).Gram(_wrong)),
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void No_tensor_is_left_and_no_hook(string call)
    {
        using var module = Make();
        void Work()
        {
            Operations[call](module);
            using var scope = torch.NewDisposeScope();
            module.call(_x);
        }

        Work();
        Settle();
        var before = Tensor.TotalCount;
        Work();
        Assert.Equal(before, Tensor.TotalCount);
        Settle();
        Assert.Equal(before, Tensor.TotalCount);
        Assert.All(module.modules(), m => Assert.Equal(0, Hooks(m)));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Gradients_parameters_and_modes_stay_as_they_were(string call)
    {
        using var module = Make();
        using (var loss = module.call(_x).sum())
        {
            loss.backward();
        }

        var before = State(module);
        Operations[call](module);
        Assert.Equal(before, State(module));
    }

    [Fact]
    public void Parameters_without_gradients_have_none_afterwards()
    {
        using var module = Make();
        Assert.Contains(State(module), line => line.EndsWith("none", StringComparison.Ordinal));
        var before = State(module);
        Array.ForEach([.. Operations.Values], work => work(module));
        Assert.Equal(before, State(module));
    }

    [Fact]
    public void It_works_where_gradients_are_off()
    {
        using var module = Make();
        var expected = ModuleTangentKernel.Create(module).Gram(_x);
        using var still = torch.no_grad();
        Assert.Equal(expected.Data, ModuleTangentKernel.Create(module).Gram(_x).Data);
        Assert.False(module.call(_x).requires_grad);
    }

    [Fact]
    public void Modules_may_dispose_of_what_they_compute_with()
    {
        var (first, second) = (Small.Drawn(Small.Linear(4, 3), 1), Small.Drawn(Small.Linear(3, 2), 3));
        using var tidy = new Custom(
            x =>
            {
                using var scope = torch.NewDisposeScope();
                using var hidden = first.call(x);
                using var active = hidden.tanh();
                return second.call(active).MoveToOuterDisposeScope();
            },
            ("first", first), ("second", second));
        using var plain = new Custom(x => second.call(first.call(x).tanh()), ("first", first), ("second", second));
        Assert.Equal(["first", "second"], ModuleTangentKernel.Create(tidy).LayersWithoutJacobian(_x));
        Assert.Equal(ModuleTangentKernel.Create(plain).Gram(_x).Data, ModuleTangentKernel.Create(tidy).Gram(_x).Data);
    }

    // One layer that is used, one that is not, one that is used twice, and one that is frozen.
    private static TensorModule Make()
    {
        var (used, idle, twice) = (Small.Linear(4, 2), Small.Linear(4, 2), Small.Linear(4, 4));
        var frozen = Small.Linear(4, 4);
        frozen.weight!.requires_grad = false;
        return Small.Drawn(
            new Custom(
                x => used.call(twice.call(twice.call(frozen.call(x)).tanh())),
                ("used", used), ("idle", idle), ("twice", twice), ("frozen", frozen)),
            1);
    }

    private static string[] State(TensorModule module) =>
    [
        .. module.named_parameters().Select(p => $"{p.name} {p.parameter.requires_grad} {Text(p.parameter)} {Gradient(p.parameter)}"),
        .. module.named_modules().Select(m => $"{m.name} {m.module.training}"),
    ];

    private static int Hooks(torch.nn.Module module)
    {
        var type = module.GetType();
        while (!type.Name.StartsWith("HookableModule", StringComparison.Ordinal))
        {
            type = type.BaseType!;
        }

        var hooks = type.GetField("post_hooks", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(module);
        return ((System.Collections.ICollection)hooks!).Count;
    }

    // A property in one TorchSharp, a method in another.
    private static string Gradient(Tensor parameter)
    {
        var type = typeof(Tensor);
        var gradient = type.GetProperty("grad")?.GetValue(parameter) ?? type.GetMethod("grad", [])?.Invoke(parameter, null);
        return gradient is Tensor { IsInvalid: false } values ? Text(values) : "none";
    }

    private static string Text(Tensor values) => string.Join(' ', Small.Get(values));

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
