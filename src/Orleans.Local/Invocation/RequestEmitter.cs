using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>Writes the request struct of one grain method: a public field per argument, and a call that applies them.</summary>
internal static class RequestEmitter
{
    private const MethodAttributes Implementation =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot;

    public static string FieldName(int index) => $"argument{index}";

    public static Type Emit(ModuleBuilder module, string name, MethodInfo method, GrainResult result)
    {
        Type contract = typeof(IRequest<>).MakeGenericType(result.Type);
        TypeBuilder request = module.DefineType(
            name, TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout, typeof(ValueType), [contract]);
        FieldBuilder[] fields = [.. method.GetParameters()
            .Select((p, i) => request.DefineField(FieldName(i), p.ParameterType, FieldAttributes.Public))];
        EmitInvoke(request, contract, method, result, fields);
        EmitToken(request, contract, fields);
        return request.CreateType();
    }

    private static void EmitInvoke(TypeBuilder request, Type contract, MethodInfo method, GrainResult result, FieldBuilder[] fields)
    {
        MethodInfo declared = contract.GetMethod("Invoke")!;
        MethodBuilder body = request.DefineMethod("Invoke", Implementation, declared.ReturnType, [typeof(object)]);
        ILGenerator il = body.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (FieldBuilder field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, method);
        if (result.ToOutcome is { } convert)
        {
            il.Emit(OpCodes.Call, convert);
        }

        il.Emit(OpCodes.Ret);
        request.DefineMethodOverride(body, declared);
    }

    private static void EmitToken(TypeBuilder request, Type contract, FieldBuilder[] fields)
    {
        MethodInfo declared = contract.GetProperty("Token")!.GetMethod!;
        MethodBuilder body = request.DefineMethod("get_Token", Implementation, typeof(CancellationToken), Type.EmptyTypes);
        ILGenerator il = body.GetILGenerator();
        if (fields.FirstOrDefault(static f => f.FieldType == typeof(CancellationToken)) is { } token)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, token);
        }
        else
        {
            LocalBuilder none = il.DeclareLocal(typeof(CancellationToken));
            il.Emit(OpCodes.Ldloca, none);
            il.Emit(OpCodes.Initobj, typeof(CancellationToken));
            il.Emit(OpCodes.Ldloc, none);
        }

        il.Emit(OpCodes.Ret);
        request.DefineMethodOverride(body, declared);
    }
}
