"""The tree of categories and the three programmes the portal starts with."""

from datetime import date

from django.db import migrations

# code, Chinese name, English name, children of the same form
CATEGORIES = [
    ("beauty", "美妆个护", "Beauty and care", [
        ("beauty-skincare", "护肤", "Skin care"),
        ("beauty-makeup", "彩妆", "Make-up"),
        ("beauty-fragrance", "香水", "Fragrance"),
        ("beauty-hair", "洗护发", "Hair care"),
    ]),
    ("baby", "母婴", "Mother and baby", [
        ("baby-formula", "奶粉辅食", "Formula and baby food"),
        ("baby-diapers", "尿裤湿巾", "Diapers and wipes"),
        ("baby-toys", "玩具", "Toys"),
        ("baby-strollers", "童车童床", "Strollers and cots"),
    ]),
    ("fashion", "服饰", "Fashion", [
        ("fashion-women", "女装", "Women's wear"),
        ("fashion-men", "男装", "Men's wear"),
        ("fashion-shoes", "鞋靴", "Shoes"),
        ("fashion-bags", "箱包", "Bags"),
    ]),
    ("home", "家居", "Home", [
        ("home-bedding", "床上用品", "Bedding"),
        ("home-kitchen", "厨具", "Kitchenware"),
        ("home-furniture", "家具", "Furniture"),
        ("home-lighting", "灯饰", "Lighting"),
    ]),
    ("food", "食品饮料", "Food and drinks", [
        ("food-snacks", "休闲零食", "Snacks"),
        ("food-tea", "茶叶", "Tea"),
        ("food-coffee", "咖啡冲饮", "Coffee and mixes"),
        ("food-fresh", "生鲜", "Fresh food"),
    ]),
    ("digital", "数码家电", "Digital and appliances", [
        ("digital-phones", "手机", "Phones"),
        ("digital-audio", "耳机音响", "Audio"),
        ("digital-appliances", "小家电", "Small appliances"),
        ("digital-cameras", "相机", "Cameras"),
    ]),
    ("sports", "运动户外", "Sports and outdoors", [
        ("sports-shoes", "运动鞋", "Sports shoes"),
        ("sports-wear", "运动服", "Sportswear"),
        ("sports-camping", "露营装备", "Camping"),
        ("sports-cycling", "骑行", "Cycling"),
    ]),
    ("pets", "宠物", "Pets", [
        ("pets-cats", "猫粮猫用品", "For cats"),
        ("pets-dogs", "狗粮狗用品", "For dogs"),
        ("pets-toys", "宠物玩具", "Pet toys"),
    ]),
]  # fmt: skip

PROGRAMMES = [
    ("red-cat", "红猫计划", "Red Cat plan", "taobao_tmall", date(2025, 5, 7)),
    ("red-jing", "红京计划", "Red Jing plan", "jd", date(2025, 6, 5)),
    ("red-vip", "红唯计划", "Red Vip plan", "vip", date(2025, 9, 1)),
]


def plant(apps, schema_editor):
    category = apps.get_model("merchants", "Category")
    for code, name_zh, name_en, children in CATEGORIES:
        parent = category.objects.create(code=code, name_zh=name_zh, name_en=name_en)
        category.objects.bulk_create(
            category(code=code, name_zh=name_zh, name_en=name_en, parent=parent)
            for code, name_zh, name_en in children
        )
    apps.get_model("merchants", "Programme").objects.bulk_create(
        apps.get_model("merchants", "Programme")(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            marketplace=marketplace,
            starts_on=starts_on,
        )
        for code, name_zh, name_en, marketplace, starts_on in PROGRAMMES
    )


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_initial")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
