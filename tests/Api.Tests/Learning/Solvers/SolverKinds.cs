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
    public void The_case_of_a_kind_is_abstract_and_internal_so_that_no_other_assembly_can_add_a_solver(Type type)
    {
        var match = type.GetMethod(nameof(Solver.Match), BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.True(match.IsAbstract && match.IsAssembly, type.Name);
    }

    [Fact]
    public void There_is_one_case_for_every_class_which_nothing_that_is_done_with_solvers_may_leave_out()
    {
        var cases = typeof(ISolverCases<>).GetMethods();
        Assert.All(cases, method => Assert.True(method.IsAbstract, method.ToString()));
        Assert.Equal(
            Classes.Select(type => type.Name).Order(),
            cases.Select(method => Assert.Single(method.GetParameters()).ParameterType.Name).Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_solver_takes_the_case_of_its_own_class(SolverKind kind)
    {
        var solver = Solver.Of(kind);
        Assert.Equal((solver.GetType(), solver), solver.Match(new Taken()));
    }

    [Theory]
    [InlineData(typeof(SolverBytes))]
    [InlineData(typeof(SmallerFit))]
    [InlineData(typeof(Solving))]
    [InlineData(typeof(Factorization))]
    public void Memory_advice_solution_and_factorization_are_done_by_cases(Type type) => Assert.Contains(
        type.GetNestedTypes(BindingFlags.NonPublic).Append(type),
        each => each.GetInterfaces().Any(
            of => of.IsGenericType && of.GetGenericTypeDefinition() == typeof(ISolverCases<>)));

    // The class that the case is of, and the solver that it was given.
    private sealed class Taken : ISolverCases<(Type Class, Solver Given)>
    {
        public (Type Class, Solver Given) Of(CholeskySolver solver) => (typeof(CholeskySolver), solver);

        public (Type Class, Solver Given) Of(EigenSolver solver) => (typeof(EigenSolver), solver);

        public (Type Class, Solver Given) Of(ConjugateGradientSolver solver) => (typeof(ConjugateGradientSolver), solver);

        public (Type Class, Solver Given) Of(FalkonSolver solver) => (typeof(FalkonSolver), solver);
    }
}
