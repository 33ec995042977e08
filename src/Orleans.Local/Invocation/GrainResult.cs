using System.Reflection;

namespace Orleans.Runtime;

/// <summary>
/// What a grain method returns, and how to get from it to the runtime's awaitable and back. Null means they are the same.
/// </summary>
internal sealed record GrainResult(Type Type, MethodInfo? ToOutcome, MethodInfo? FromOutcome)
{
    public static GrainResult Of(MethodInfo method)
    {
        Type returned = method.ReturnType;
        if (method.IsGenericMethodDefinition)
        {
            throw new NotSupportedException(
                $"{method.DeclaringType!.FullName}.{method.Name} is generic; this runtime calls no generic methods.");
        }

        if (returned == typeof(Task))
        {
            return new GrainResult(typeof(Nothing), From(typeof(Task)), To(nameof(Outcomes.ToTask)));
        }

        if (returned == typeof(ValueTask))
        {
            return new GrainResult(typeof(Nothing), From(typeof(ValueTask)), To(nameof(Outcomes.ToValueTask)));
        }

        Type? definition = returned.IsConstructedGenericType ? returned.GetGenericTypeDefinition() : null;
        Type[] arguments = returned.GenericTypeArguments;
        if (definition == typeof(ValueTask<>))
        {
            return new GrainResult(arguments[0], null, null);
        }

        if (definition == typeof(Task<>))
        {
            return new GrainResult(arguments[0], Generic(nameof(Outcomes.From), arguments), Generic(nameof(Outcomes.ToTask), arguments));
        }

        throw new NotSupportedException(
            $"{method.DeclaringType!.FullName}.{method.Name} returns {returned.Name}; "
            + "a grain method returns Task, Task<T>, ValueTask or ValueTask<T>.");
    }

    private static MethodInfo From(Type returned) => typeof(Outcomes).GetMethod(nameof(Outcomes.From), [returned])!;

    private static MethodInfo To(string name) => typeof(Outcomes).GetMethods().Single(m => m.Name == name && !m.IsGenericMethod);

    private static MethodInfo Generic(string name, Type[] arguments) =>
        typeof(Outcomes).GetMethods().Single(m => m.Name == name && m.IsGenericMethod).MakeGenericMethod(arguments);
}
