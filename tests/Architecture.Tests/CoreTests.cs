using System.Reflection;
using Millwright.Core;

namespace Millwright.Architecture.Tests;

/// <summary>Purity is a property of signatures, so a machine can check it.</summary>
public class CoreTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Banned =
    [
        "System.Threading.Tasks.", "System.Threading.CancellationToken", "System.TimeProvider", "System.Random", "System.IServiceProvider",
        "Microsoft.", "Orleans.", "System.IO.Stream", "System.Net.",
    ];

    [Fact]
    public void Core_IsThere() => Assert.True(Types().Count() > 20);

    [Fact]
    public void Core_HasPureSignatures()
    {
        IEnumerable<string> faults =
            from type in Types()
            from member in type.GetMembers(Declared)
            from used in Used(member)
            where Banned.Any(b => FullName(used).StartsWith(b, StringComparison.Ordinal))
            select $"{type.FullName}.{member.Name} uses {FullName(used)}";

        Assert.Empty(faults.Distinct());
    }

    [Fact]
    public void Core_KeepsNoMutableStatics()
    {
        IEnumerable<string> faults =
            from type in Types()
            from field in type.GetFields(Declared)
            where field.IsStatic && !field.IsInitOnly && !field.IsLiteral && !field.Name.Contains('<', StringComparison.Ordinal)
            select $"{type.FullName}.{field.Name}";

        Assert.Empty(faults);
    }

    private static IEnumerable<Type> Types() => typeof(Invariant).Assembly.GetTypes()
        .Where(t => t.Namespace?.StartsWith("Millwright.Core", StringComparison.Ordinal) == true)
        .Where(t => !t.Name.StartsWith('<'));

    private static IEnumerable<Type> Used(MemberInfo member) => member switch
    {
        FieldInfo field => Parts(field.FieldType),
        MethodInfo method => method.GetParameters().SelectMany(p => Parts(p.ParameterType)).Concat(Parts(method.ReturnType)),
        ConstructorInfo constructor => constructor.GetParameters().SelectMany(p => Parts(p.ParameterType)),
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type)
    {
        yield return type.HasElementType ? type.GetElementType()! : type;
        foreach (Type argument in type.GenericTypeArguments)
        {
            foreach (Type part in Parts(argument))
            {
                yield return part;
            }
        }
    }

    private static string FullName(Type type) => $"{type.Namespace}.{type.Name}";
}
