using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>Compiles, once per grain class, how to call its constructor with what it asks for.</summary>
internal static class GrainConstructor
{
    private static readonly MethodInfo ResolveMethod =
        typeof(GrainConstructor).GetMethod(nameof(Resolve), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static Func<Activation, object> Compile(Type type)
    {
        ConstructorInfo constructor = Choose(type);
        ParameterExpression activation = Expression.Parameter(typeof(Activation));
        IEnumerable<Expression> arguments = constructor.GetParameters().Select(parameter => (Expression)Expression.Convert(
            Expression.Call(ResolveMethod, activation, Expression.Constant(SourceOf(parameter))), parameter.ParameterType));
        return Expression.Lambda<Func<Activation, object>>(
            Expression.Convert(Expression.New(constructor, arguments), typeof(object)), activation).Compile();
    }

    private static ConstructorInfo Choose(Type type)
    {
        ConstructorInfo[] all = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public);
        return all.FirstOrDefault(static c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? all.MaxBy(static c => c.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"The grain class {type.FullName} has no public constructor.");
    }

    private static object? Resolve(Activation activation, Func<Activation, object?> source) => source(activation);

    private static Func<Activation, object?> SourceOf(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } facet)
        {
            return PersistentState.FacetFor(type, facet, parameter);
        }

        if (type == typeof(IGrainContext))
        {
            return static activation => activation;
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return activation => activation.ActivationServices.GetRequiredKeyedService(type, keyed.Key);
        }

        return parameter.HasDefaultValue
            ? activation => activation.ActivationServices.GetService(type) ?? parameter.DefaultValue
            : activation => activation.ActivationServices.GetRequiredService(type);
    }
}
