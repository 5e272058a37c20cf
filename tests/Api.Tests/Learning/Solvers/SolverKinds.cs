using System.Reflection;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>The hierarchy of solvers is closed, and every kind is one of its classes.</summary>
public class SolverKinds
{
    private static readonly Type[] Classes =
        [.. typeof(Solver).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Solver)) && !type.IsAbstract)];

    public static TheoryData<SolverKind> All => [.. Enum.GetValues<SolverKind>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_kind_has_a_solver_of_a_class_of_its_own(SolverKind kind)
    {
        var solver = Solver.Of(kind);
        Assert.Equal(kind, solver.Kind);
        Assert.Equal(Activator.CreateInstance(solver.GetType()), solver);
        Assert.Single(Classes, type => ((Solver)Activator.CreateInstance(type)!).Kind == kind);
    }

    [Fact]
    public void Every_class_is_sealed_and_of_one_kind()
    {
        Assert.All(Classes, type => Assert.True(type.IsSealed, type.Name));
        Assert.Equal(Enum.GetValues<SolverKind>().Length, Classes.Length);
    }

    [Theory]
    [InlineData(typeof(Solver))]
    [InlineData(typeof(DirectSolver))]
    [InlineData(typeof(IterativeSolver))]
    public void Memory_and_solution_are_abstract_and_internal_so_that_no_other_assembly_can_add_a_solver(Type type)
    {
        foreach (var name in new[] { "OwnBytes", "Solve" })
        {
            var method = type.GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
            Assert.True(method.IsAbstract && method.IsAssembly, $"{type.Name}.{name}");
        }
    }
}
